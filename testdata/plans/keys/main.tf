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
  teams = {
    "api.v2"          = { name = "api-v2", insights = "enabled", public = false }
    "a]b"             = { name = "a-b", insights = "disabled", public = true }
    "with \"quotes\"" = { name = "quotes", insights = "enhanced", public = true }
    "ünï"             = { name = "uni", insights = "enabled", public = true }
    "a/b c"           = { name = "a-b-c", insights = "disabled", public = false }
    "42"              = { name = "n42", insights = "enabled", public = false }
    "$${env}"         = { name = "env", insights = "disabled", public = false }
    "back\\slash"     = { name = "backslash", insights = "enabled", public = true }
  }
}

resource "aws_ecs_cluster" "team" {
  for_each = local.teams
  name     = each.value.name
  tags     = { Team = each.key }

  setting {
    name  = "containerInsights"
    value = each.value.insights
  }
}

resource "aws_ecs_service" "team" {
  for_each        = local.teams
  name            = each.value.name
  cluster         = aws_ecs_cluster.team[each.key].id
  task_definition = "${each.value.name}:1"
  launch_type     = "FARGATE"
  desired_count   = 1

  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = each.value.public
  }
}

resource "aws_ecs_task_definition" "worker" {
  count        = 2
  family       = "worker-${count.index}"
  network_mode = "bridge"

  container_definitions = jsonencode([{
    name                   = "worker"
    image                  = "public.ecr.aws/docker/library/python:3.13-slim"
    memory                 = 128
    readonlyRootFilesystem = count.index == 0
  }])
}

# Numbers as strings: the key is "0", not the index 0.
resource "aws_ecs_capacity_provider" "numbered" {
  for_each = { "0" = "ENABLED", "1" = "DISABLED" }
  name     = "numbered-${each.key}"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:8f3c:autoScalingGroupName/n${each.key}"
    managed_termination_protection = each.value
  }
}

# Not expanded at all: it stays in the configuration alone.
resource "aws_ecs_cluster" "disabled" {
  count = 0
  name  = "disabled"
}

module "queue" {
  source   = "./modules/queue"
  for_each = toset(["api.v2", "a\"].b[\""])

  consumers = { "x.y" = each.key == "api.v2", "z[0]" = false }
}

module "indexed" {
  source = "./modules/queue"
  count  = 2

  consumers = count.index == 0 ? {} : { "0" = true }
}
