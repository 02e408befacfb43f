"""Marketing messages: one thing to say, prepared for several channels; each contact gets it by the one they like."""
