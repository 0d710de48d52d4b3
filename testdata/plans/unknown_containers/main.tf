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

resource "aws_ecr_repository" "app" {
  name = "app"
}

resource "aws_cloudwatch_log_group" "app" {
  name_prefix = "app-"
}

locals {
  # Everything that a control looks at is known, yet nothing of it reaches the plan.
  container = {
    name                   = "app"
    image                  = "${aws_ecr_repository.app.repository_url}:1.0"
    user                   = "root"
    readonlyRootFilesystem = false
    environment            = [{ name = "AWS_ACCESS_KEY_ID", value = "AKIAIOSFODNN7EXAMPLE" }]
  }
}

resource "aws_ecs_task_definition" "jsonencode" {
  family                = "jsonencode"
  network_mode          = "awsvpc"
  container_definitions = jsonencode([local.container])
}

resource "aws_ecs_task_definition" "host" {
  family                = "host"
  network_mode          = "host"
  container_definitions = jsonencode([local.container])
}

resource "aws_ecs_task_definition" "bridge_by_omission" {
  family                = "bridge-by-omission"
  container_definitions = jsonencode([local.container])
  tags                  = { Team = "web" }
}

resource "aws_ecs_task_definition" "linux" {
  family                = "linux"
  network_mode          = "awsvpc"
  pid_mode              = "task"
  container_definitions = jsonencode([local.container])

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

resource "aws_ecs_task_definition" "windows" {
  family                = "windows"
  network_mode          = "awsvpc"
  container_definitions = jsonencode([local.container])

  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2025_FULL"
  }
}

# Two containers, of which one is all known: the string is unknown as a whole.
resource "aws_ecs_task_definition" "sidecar" {
  family       = "sidecar"
  network_mode = "awsvpc"

  container_definitions = jsonencode(concat([local.container], [{
    name  = "sidecar"
    image = "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.0"
  }]))

  volume {
    name = "data"

    efs_volume_configuration {
      file_system_id = "fs-0a1b2c3d"
    }
  }
}

resource "aws_ecs_task_definition" "heredoc" {
  family       = "heredoc"
  network_mode = "awsvpc"

  container_definitions = <<-JSON
    [
      {
        "name": "app",
        "image": "${aws_ecr_repository.app.repository_url}:1.0",
        "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "${aws_cloudwatch_log_group.app.name}"}}
      }
    ]
  JSON
}

resource "aws_ecs_task_definition" "templatefile" {
  family       = "templatefile"
  network_mode = "awsvpc"

  container_definitions = templatefile("${path.module}/containers.json.tftpl", {
    image       = "${aws_ecr_repository.app.repository_url}:1.0"
    environment = { LEVEL = "info" }
  })
}

# The same template, all known.
resource "aws_ecs_task_definition" "templatefile_known" {
  family       = "templatefile-known"
  network_mode = "awsvpc"

  container_definitions = templatefile("${path.module}/containers.json.tftpl", {
    image       = "public.ecr.aws/nginx/nginx:1.27"
    environment = { ECS_ENGINE_AUTH_DATA = "{}" }
  })
}

# A heredoc, all known, in the letter case of another tool.
resource "aws_ecs_task_definition" "heredoc_known" {
  family       = "heredoc-known"
  network_mode = "host"

  container_definitions = <<-JSON
    [
      {
        "Name": "b",
        "Image": "public.ecr.aws/nginx/nginx:1.27",
        "Memory": 128,
        "User": "app:root",
        "ReadonlyRootFilesystem": true,
        "LogConfiguration": {"LogDriver": "json-file"}
      },
      {
        "Name": "a",
        "Image": "public.ecr.aws/nginx/nginx:1.27",
        "Memory": 128,
        "User": "0:app",
        "Privileged": false,
        "ReadonlyRootFilesystem": true,
        "LogConfiguration": {"LogDriver": "json-file"}
      }
    ]
  JSON
}
