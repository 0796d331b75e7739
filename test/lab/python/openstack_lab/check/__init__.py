"""Tries the operations that a gateway needs, as the user demo."""
