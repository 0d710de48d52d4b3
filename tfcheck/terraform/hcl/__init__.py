"""Terraform's language: reading it, evaluating it, and finding places in it."""
