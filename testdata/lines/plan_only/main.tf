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

# Only Terraform reads it: the sources alone leave all of this unknown.
locals {
  settings = yamldecode(file("${path.module}/settings.yaml"))
}

resource "aws_ecs_task_definition" "app" {
  family       = "app"
  pid_mode     = local.settings.pid_mode
  network_mode = "awsvpc"
  tags         = local.settings.tags

  container_definitions = jsonencode(local.settings.containers)
}

# The containers are written here, one value in them is not.
resource "aws_ecs_task_definition" "mixed" {
  family = "mixed"

  container_definitions = jsonencode([
    {
      name  = "first"
      image = "nginx:1.27"
      user  = "1000"
    },
    {
      name  = "second"
      image = "nginx:1.27"
      user  = local.settings.user
    },
  ])

  dynamic "volume" {
    for_each = local.settings.volumes

    content {
      name = volume.key

      efs_volume_configuration {
        file_system_id     = "fs-0a1b2c3d"
        transit_encryption = volume.value
      }
    }
  }
}

resource "aws_ecs_service" "app" {
  name             = "app"
  launch_type      = "FARGATE"
  platform_version = local.settings.platform_version

  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = local.settings.public
  }
}

resource "aws_ecs_cluster" "app" {
  name = "app"

  dynamic "setting" {
    for_each = local.settings.cluster

    content {
      name  = setting.key
      value = setting.value
    }
  }
}
