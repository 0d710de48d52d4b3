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

variable "insights" {
  type    = string
  default = "enabled"
}

variable "mounts" {
  type = map(string)
  default = {
    config = "ENABLED"
    data   = "DISABLED"
  }
}

# A list that is not known before apply.
resource "terraform_data" "later" {
  input            = ["one"]
  triggers_replace = var.mounts
}

locals {
  later = toset(terraform_data.later.output)
}

# --- setting: Optional and Computed, so an unknown one looks like an omitted one

resource "aws_ecs_cluster" "known" {
  name = "known"

  dynamic "setting" {
    for_each = [var.insights]

    content {
      name  = "containerInsights"
      value = setting.value
    }
  }
}

resource "aws_ecs_cluster" "known_empty" {
  name = "known-empty"

  dynamic "setting" {
    for_each = []

    content {
      name  = "containerInsights"
      value = setting.value
    }
  }
}

resource "aws_ecs_cluster" "unknown" {
  name = "unknown"

  dynamic "setting" {
    for_each = local.later

    content {
      name  = "containerInsights"
      value = "enabled"
    }
  }
}

# --- volume and runtime_platform

resource "aws_ecs_task_definition" "known" {
  family       = "known"
  network_mode = "awsvpc"

  dynamic "runtime_platform" {
    for_each = ["LINUX"]

    content {
      operating_system_family = runtime_platform.value
    }
  }

  dynamic "volume" {
    for_each = var.mounts

    content {
      name = volume.key

      efs_volume_configuration {
        file_system_id     = "fs-0a1b2c3d"
        transit_encryption = volume.value
      }
    }
  }

  container_definitions = jsonencode([{
    name                   = "app"
    image                  = "public.ecr.aws/nginx/nginx:1.27"
    user                   = "1000"
    readonlyRootFilesystem = true
    logConfiguration       = { logDriver = "awslogs" }
  }])
}

# How often is known, what is in it only in part.
resource "aws_ecs_task_definition" "known_with_unknown_content" {
  family       = "known-with-unknown-content"
  network_mode = "awsvpc"

  dynamic "volume" {
    for_each = toset(["data"])

    content {
      name = volume.key

      efs_volume_configuration {
        file_system_id     = aws_efs_file_system.this.id
        transit_encryption = "ENABLED"
      }
    }
  }

  container_definitions = jsonencode([{
    name                   = "app"
    image                  = "public.ecr.aws/nginx/nginx:1.27"
    user                   = "1000"
    readonlyRootFilesystem = true
    logConfiguration       = { logDriver = "awslogs" }
  }])
}

resource "aws_efs_file_system" "this" {
  encrypted = true
}

resource "aws_ecs_task_definition" "unknown_volume" {
  family       = "unknown-volume"
  network_mode = "awsvpc"

  dynamic "volume" {
    for_each = local.later

    content {
      name = volume.key

      efs_volume_configuration {
        file_system_id     = "fs-0a1b2c3d"
        transit_encryption = "ENABLED"
      }
    }
  }

  container_definitions = jsonencode([{
    name                   = "app"
    image                  = "public.ecr.aws/nginx/nginx:1.27"
    user                   = "1000"
    readonlyRootFilesystem = true
    logConfiguration       = { logDriver = "awslogs" }
  }])
}

# The dynamic block takes the written one with it: the plan says that all of `volume` is unknown.
resource "aws_ecs_task_definition" "unknown_volume_beside_bad" {
  family       = "unknown-volume-beside-bad"
  network_mode = "awsvpc"

  volume {
    name = "static"

    efs_volume_configuration {
      file_system_id = "fs-0a1b2c3d"
    }
  }

  dynamic "volume" {
    for_each = local.later

    content {
      name = volume.key
    }
  }

  container_definitions = jsonencode([{
    name                   = "app"
    image                  = "public.ecr.aws/nginx/nginx:1.27"
    user                   = "1000"
    readonlyRootFilesystem = true
    logConfiguration       = { logDriver = "awslogs" }
  }])
}

# Windows or Linux? What is good on both passes.
resource "aws_ecs_task_definition" "unknown_platform_good" {
  family       = "unknown-platform-good"
  network_mode = "awsvpc"

  dynamic "runtime_platform" {
    for_each = local.later

    content {
      operating_system_family = runtime_platform.value
    }
  }

  container_definitions = jsonencode([{
    name                   = "app"
    image                  = "public.ecr.aws/nginx/nginx:1.27"
    user                   = "1000"
    readonlyRootFilesystem = true
    logConfiguration       = { logDriver = "awslogs" }
  }])
}

resource "aws_ecs_task_definition" "unknown_platform_bad" {
  family       = "unknown-platform-bad"
  network_mode = "awsvpc"

  dynamic "runtime_platform" {
    for_each = local.later

    content {
      operating_system_family = runtime_platform.value
    }
  }

  container_definitions = jsonencode([{
    name  = "app"
    image = "public.ecr.aws/nginx/nginx:1.27"
  }])
}

# --- network_configuration and capacity_provider_strategy

resource "aws_ecs_service" "known" {
  name             = "known"
  cluster          = "elsewhere"
  task_definition  = aws_ecs_task_definition.known.arn
  platform_version = "1.3.0"

  dynamic "capacity_provider_strategy" {
    for_each = { FARGATE = 1, FARGATE_SPOT = 4 }

    content {
      capacity_provider = capacity_provider_strategy.key
      weight            = capacity_provider_strategy.value
    }
  }

  dynamic "network_configuration" {
    for_each = [true]

    content {
      subnets          = ["subnet-0a1b2c3d"]
      assign_public_ip = network_configuration.value
    }
  }
}

resource "aws_ecs_service" "known_empty" {
  name            = "known-empty"
  cluster         = "elsewhere"
  task_definition = aws_ecs_task_definition.known.arn
  launch_type     = "EC2"

  dynamic "network_configuration" {
    for_each = []

    content {
      subnets = network_configuration.value
    }
  }
}

resource "aws_ecs_service" "unknown" {
  name            = "unknown"
  cluster         = "elsewhere"
  task_definition = aws_ecs_task_definition.known.arn

  dynamic "capacity_provider_strategy" {
    for_each = local.later

    content {
      capacity_provider = capacity_provider_strategy.key
    }
  }

  dynamic "network_configuration" {
    for_each = local.later

    content {
      subnets = ["subnet-0a1b2c3d"]
    }
  }
}

resource "aws_ecs_service" "unknown_old_platform" {
  name             = "unknown-old-platform"
  cluster          = "elsewhere"
  task_definition  = aws_ecs_task_definition.known.arn
  platform_version = "1.3.0"

  dynamic "capacity_provider_strategy" {
    for_each = local.later

    content {
      capacity_provider = capacity_provider_strategy.key
    }
  }

  network_configuration {
    subnets = ["subnet-0a1b2c3d"]
  }
}

# --- auto_scaling_group_provider

resource "aws_ecs_capacity_provider" "known" {
  name = "known"

  dynamic "auto_scaling_group_provider" {
    for_each = ["ENABLED"]

    content {
      auto_scaling_group_arn         = "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:8f3c:autoScalingGroupName/known"
      managed_termination_protection = auto_scaling_group_provider.value
    }
  }
}
