"""Points: what earns them, what they trigger, and groups in which they are counted apart (engine points-stages)."""
