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

locals {
  platforms = {
    blue = {
      insights = "enabled"
      services = {
        web = { public = true, user = "101" }
        api = {}
      }
    }
    green = {
      insights = "disabled"
      services = {
        web = { user = "0:0" }
      }
    }
  }
}

module "platform" {
  source   = "./modules/platform"
  for_each = local.platforms

  name     = each.key
  insights = each.value.insights
  services = each.value.services
}

# The same module twice, with different arguments.
module "reports" {
  source = "./modules/service"

  name             = "reports"
  cluster_id       = module.platform["blue"].cluster_id
  operating_system = "WINDOWS_SERVER_2022_CORE"
  platform_version = "1.0.0"
  user             = "ContainerUser"
}

module "batch" {
  source = "./modules/service"

  name             = "batch"
  cluster_id       = module.platform["green"].cluster_id
  platform_version = "1.0.0"
  user             = "1000"
}
