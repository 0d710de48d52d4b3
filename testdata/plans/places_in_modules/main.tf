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

  default_tags {
    tags = { Team = "web" }
  }
}

resource "aws_ecr_repository" "app" {
  name = "app"
}

locals {
  public = true

  containers = {
    app = {
      image      = "${aws_ecr_repository.app.repository_url}:1.0"
      user       = "root"
      privileged = true
    }
    log = { image = "fluent/fluent-bit:3.2" }
  }
}

module "alone" {
  source = "./modules/service"

  name       = "alone"
  public     = local.public
  version_   = "1.3.0"
  containers = local.containers
}

# Nothing but a name: what fails is the module's own.
module "bare" {
  source = "./modules/service"
  name   = "bare"
}

module "fleet" {
  source   = "./modules/fleet"
  for_each = { "eu.west" = "host", "us [east]" = "awsvpc" }

  region       = each.key
  network_mode = each.value

  teams = {
    "a/b" = {
      public     = each.key == "eu.west"
      containers = { app = { image = "nginx:1.27", user = "0" } }
    }
    shop = {
      containers = {
        web = { image = "nginx:1.27", user = "101" }
      }
    }
  }
}
