"""Youth: who takes part, their shifts and hours, the businesses they help, their certificates."""
