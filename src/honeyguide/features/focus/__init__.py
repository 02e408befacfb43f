"""Focus items: bars, modals and notices that web pages show to visitors."""
