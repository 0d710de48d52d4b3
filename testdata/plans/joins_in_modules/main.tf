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

module "fargate" {
  source           = "./modules/cluster"
  name             = "fargate"
  default_provider = "FARGATE"
}

module "bare" {
  source = "./modules/cluster"
  name   = "bare"
}

module "shard" {
  source   = "./modules/cluster"
  for_each = { spot = "FARGATE_SPOT", machines = "own-machines" }

  name             = each.key
  default_provider = each.value
}

# One module's output, another module's variable.
module "on_fargate" {
  source      = "./modules/service"
  name        = "on-fargate"
  cluster_arn = module.fargate.arn
}

module "on_bare" {
  source      = "./modules/service"
  name        = "on-bare"
  cluster_arn = module.bare.arn
}

module "on_spot_shard" {
  source      = "./modules/service"
  name        = "on-spot-shard"
  cluster_arn = module.shard["spot"].arn
}

module "on_machines_shard" {
  source      = "./modules/service"
  name        = "on-machines-shard"
  cluster_arn = module.shard["machines"].arn
}

# Of the call's key and the output's name the plan keeps neither, but with this version nothing can fail.
module "on_each_shard" {
  source   = "./modules/service"
  for_each = toset(["spot"])

  name             = "on-each-shard"
  cluster_arn      = module.shard[each.key].arn
  platform_version = "LATEST"
}

module "on_named" {
  source      = "./modules/service"
  name        = "on-named"
  cluster_arn = module.fargate.name
}

# The body of a local is not in the plan.
locals {
  cluster_arn = module.fargate.arn
}

module "through_local" {
  source      = "./modules/service"
  name        = "through-local"
  cluster_arn = local.cluster_arn
}

module "through_local_latest" {
  source           = "./modules/service"
  name             = "through-local-latest"
  cluster_arn      = local.cluster_arn
  platform_version = "LATEST"
}

# The system of a task definition two modules further down.
module "windows" {
  source           = "./modules/service"
  name             = "windows"
  cluster_arn      = module.bare.arn
  launch_type      = "FARGATE"
  platform_version = "1.0.0"
  operating_system = "WINDOWS_SERVER_2019_FULL"
}

module "linux" {
  source           = "./modules/service"
  name             = "linux"
  cluster_arn      = module.bare.arn
  launch_type      = "FARGATE"
  platform_version = "1.0.0"
}

# A service at the root with parts from the modules.
module "task" {
  source           = "./modules/task"
  name             = "root"
  operating_system = "WINDOWS_SERVER_2022_FULL"
}

resource "aws_ecs_service" "root" {
  name             = "root"
  cluster          = module.fargate.arn
  task_definition  = module.task.arn
  platform_version = "1.0.0"
}
