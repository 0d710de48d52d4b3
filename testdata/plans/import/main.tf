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

import {
  to = aws_ecs_cluster.legacy
  id = "legacy"
}

# Taken over without a setting or a tag of its own.
resource "aws_ecs_cluster" "legacy" {
  name = "legacy"
}

locals {
  teams = {
    data   = "enabled"
    search = "disabled"
  }
}

import {
  for_each = local.teams
  to       = aws_ecs_cluster.team[each.key]
  id       = each.key
}

# Taken over and changed at once.
resource "aws_ecs_cluster" "team" {
  for_each = local.teams
  name     = each.key
  tags     = { Team = each.key }

  setting {
    name  = "containerInsights"
    value = each.value
  }
}

import {
  to = aws_ecs_task_definition.imported
  id = "imported"
}

resource "aws_ecs_task_definition" "imported" {
  family = "imported"
  tags   = { Team = "data" }

  container_definitions = jsonencode([{
    name       = "imported"
    image      = "nginx"
    essential  = true
    privileged = true
  }])
}

# New beside the imports.
resource "aws_ecs_cluster" "new" {
  name = "new"
  tags = { Team = "platform" }

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}
