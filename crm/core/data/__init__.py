"""Tables of core, history, visibility and bulk changes."""
