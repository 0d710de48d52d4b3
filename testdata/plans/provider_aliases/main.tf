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

provider "aws" {
  alias                       = "us"
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
}

# Only the account of the second provider has Container Insights on by default.
resource "aws_ecs_account_setting_default" "insights" {
  provider = aws.us
  name     = "containerInsights"
  value    = "enabled"
}

resource "aws_ecs_cluster" "eu" {
  name = "eu"
}

resource "aws_ecs_cluster" "us" {
  provider = aws.us
  name     = "us"
}

# The cluster's own setting overrides the account's.
resource "aws_ecs_cluster" "us_disabled" {
  provider = aws.us
  name     = "us-disabled"

  setting {
    name  = "containerInsights"
    value = "disabled"
  }
}

# The account setting is one of us-east-1.
resource "aws_ecs_cluster" "us_elsewhere" {
  provider = aws.us
  name     = "us-elsewhere"
  region   = "us-west-2"
}

# The region alone does not make it the same account.
resource "aws_ecs_cluster" "eu_in_us_east" {
  name   = "eu-in-us-east"
  region = "us-east-1"
}

module "inherited" {
  source = "./modules/cluster"
  name   = "inherited"
}

module "passed" {
  source = "./modules/cluster"
  name   = "passed"

  providers = {
    aws = aws.us
  }
}

module "pair" {
  source = "./modules/pair"

  providers = {
    aws         = aws
    aws.replica = aws.us
  }
}
