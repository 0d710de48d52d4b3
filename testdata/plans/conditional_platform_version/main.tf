terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
}

variable "platform_version" {
  type    = string
  default = null
}

variable "pinned_version" {
  type    = string
  default = "1.3.0"
}

resource "terraform_data" "version" {
  input            = "1.4.0"
  triggers_replace = var.pinned_version
}

locals {
  platform_version = null
}

# --- `local.is_fargate ? var.platform_version : null`: the plan cannot follow the local

module "local_unset" {
  source = "./modules/through_local"
  name   = "local-unset"
}

module "local_latest" {
  source           = "./modules/through_local"
  name             = "local-latest"
  platform_version = "LATEST"
}

module "local_old" {
  source           = "./modules/through_local"
  name             = "local-old"
  platform_version = "1.3.0"
}

module "local_ec2" {
  source           = "./modules/through_local"
  name             = "local-ec2"
  launch_type      = "EC2"
  platform_version = "1.3.0"
}

# --- the same with every reference followed to its end

module "direct_unset" {
  source      = "./modules/direct"
  name        = "direct-unset"
  launch_type = "FARGATE"
}

module "direct_null" {
  source           = "./modules/direct"
  name             = "direct-null"
  launch_type      = "FARGATE"
  platform_version = null
}

module "direct_variable" {
  source           = "./modules/direct"
  name             = "direct-variable"
  launch_type      = "FARGATE"
  platform_version = var.platform_version
}

module "direct_old" {
  source           = "./modules/direct"
  name             = "direct-old"
  launch_type      = "FARGATE"
  platform_version = var.pinned_version
}

module "direct_ec2" {
  source           = "./modules/direct"
  name             = "direct-ec2"
  launch_type      = "EC2"
  platform_version = var.pinned_version
}

# The launch type is null because there is a strategy.
module "direct_strategy" {
  source             = "./modules/direct"
  name               = "direct-strategy"
  launch_type        = "FARGATE"
  capacity_providers = ["FARGATE_SPOT"]
}

module "direct_strategy_old" {
  source             = "./modules/direct"
  name               = "direct-strategy-old"
  capacity_providers = ["FARGATE_SPOT"]
  platform_version   = "1.3.0"
}

# Neither a launch type nor a strategy nor a version, and a cluster that is elsewhere.
module "direct_nothing" {
  source = "./modules/direct"
  name   = "direct-nothing"
}

# --- not followed: one end is unknown, or is a local of the caller

module "direct_unknown" {
  source           = "./modules/direct"
  name             = "direct-unknown"
  launch_type      = "FARGATE"
  platform_version = terraform_data.version.output
}

module "direct_through_local" {
  source           = "./modules/direct"
  name             = "direct-through-local"
  launch_type      = "FARGATE"
  platform_version = local.platform_version
}
