"""How a page looks: the shell, its components, refusal pages. Knows nothing of what is shown."""
