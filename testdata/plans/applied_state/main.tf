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

resource "aws_ecs_cluster" "this" {
  name = "applied"
}

resource "aws_ecs_cluster" "shard" {
  for_each = { "a.b" = "enabled", "c\"d" = "disabled" }
  name     = "shard-${each.value}"
  tags     = { Shard = each.key }

  setting {
    name  = "containerInsights"
    value = each.value
  }
}

module "service" {
  source   = "./modules/service"
  for_each = { web = "LATEST", "api.v1" = "1.0.0" }

  name             = replace(each.key, ".", "-")
  cluster          = aws_ecs_cluster.this.id
  platform_version = each.value
}

# Left to the defaults, which the state knows.
resource "aws_ecs_task_definition" "agent" {
  family   = "agent"
  pid_mode = "host"

  container_definitions = jsonencode([{
    name       = "agent"
    image      = "public.ecr.aws/docker/library/busybox:1.37"
    memory     = 64
    privileged = true
    environment = [
      { name = "ECS_ENGINE_AUTH_DATA", value = "S3CR3T-auth" },
    ]
  }])

  volume {
    name = "shared"

    efs_volume_configuration {
      file_system_id = aws_efs_file_system.this.id
    }
  }
}

resource "aws_efs_file_system" "this" {
  encrypted = true
}

resource "aws_ecs_service" "agent" {
  name                = "agent"
  cluster             = aws_ecs_cluster.this.id
  task_definition     = aws_ecs_task_definition.agent.arn
  scheduling_strategy = "DAEMON"
  tags                = { Team = "platform" }
}

resource "aws_ecs_capacity_provider" "ec2" {
  name = "ec2"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:8f3c:autoScalingGroupName/ec2"
    managed_termination_protection = "ENABLED"
  }
}

data "aws_ecs_cluster" "this" {
  cluster_name = "elsewhere"
}
