"""From Terraform's plans, states and HCL to what the controls judge."""
