"""Yiwang 一网: a county's digital government in one house. Start reading at ``kernel``; every arrow points down."""

__version__ = "0.1.0"
