"""AWS Security Hub's ECS controls for Terraform, before apply."""

__version__ = "0.1.0"
