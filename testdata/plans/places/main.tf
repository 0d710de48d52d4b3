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
  hardened = {
    user                   = "1000"
    readonlyRootFilesystem = true
    logConfiguration       = { logDriver = "awslogs" }
  }

  sidecars = [
    {
      name             = "proxy"
      image            = "envoyproxy/envoy:v1.32"
      user             = "1337"
      privileged       = true
      logConfiguration = { logDriver = "awslogs" }
    },
    merge(local.hardened, {
      name  = "agent"
      image = "datadog/agent:7"
      user  = "root"
    }),
  ]

  shared = { name = "shared", image = "nginx:1.27", readonlyRootFilesystem = false }
}

# Two lists, of which one is known only in part: the plan has nothing of either.
resource "aws_ecs_task_definition" "concat" {
  family = "concat"
  container_definitions = jsonencode(concat(
    [merge(local.hardened, {
      name  = "app"
      image = "${aws_ecr_repository.app.repository_url}:1.0"
    })],
    local.sidecars,
  ))

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

resource "aws_ecs_task_definition" "merge" {
  family = "merge"
  container_definitions = jsonencode([
    merge(local.hardened, local.shared, { name = "merged", privileged = true }),
  ])

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

# The containers are objects of a variable: its default here, terraform.tfvars below.
resource "aws_ecs_task_definition" "default" {
  family = "default"
  container_definitions = jsonencode([
    for name, one in var.containers : {
      name                   = name
      image                  = one.image
      user                   = one.user
      readonlyRootFilesystem = one.readonly
      logConfiguration       = { logDriver = "awslogs" }
    }
  ])

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

resource "aws_ecs_task_definition" "default_as_it_is" {
  family                = "default-as-it-is"
  container_definitions = jsonencode([merge(local.hardened, var.container)])

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

resource "aws_ecs_task_definition" "tfvars" {
  family                = "tfvars"
  network_mode          = var.network_mode
  container_definitions = jsonencode([merge(local.hardened, var.job)])

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

resource "aws_ecs_task_definition" "template" {
  family = "template"
  container_definitions = templatefile("${path.module}/containers.json.tftpl", {
    image = aws_ecr_repository.app.repository_url
    user  = "root"
    debug = ["AWS_ACCESS_KEY_ID"]
  })

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

resource "aws_ecs_task_definition" "heredoc" {
  family                = "heredoc"
  pid_mode              = "host"
  container_definitions = <<-JSON
    [
      {"name": "größe", "image": "${aws_ecr_repository.app.repository_url}", "user": "0:0",
       "readonlyRootFilesystem": true,
       "logConfiguration": {"logDriver": ""}}
    ]
  JSON

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

# Columns are code points: neither bytes nor UTF-16.
resource "aws_ecs_task_definition" "columns" {
  family                = "columns"
  container_definitions = jsonencode([{ name = "größe", image = "nginx", dockerLabels = { icon = "🐳" }, user = "root", readonlyRootFilesystem = true }])

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

resource "aws_ecs_task_definition" "json_file" {
  family                = "json-file"
  container_definitions = file("${path.module}/containers.json")

  runtime_platform {
    operating_system_family = "LINUX"
  }

  dynamic "volume" {
    for_each = { data = "DISABLED", media = "ENABLED", cache = null }
    iterator = each_volume

    content {
      name = each_volume.key

      dynamic "efs_volume_configuration" {
        for_each = [each_volume.value]

        content {
          file_system_id     = "fs-0a1b2c3d"
          transit_encryption = efs_volume_configuration.value
        }
      }
    }
  }
}

resource "aws_ecs_capacity_provider" "dynamic" {
  name = "dynamic"

  dynamic "auto_scaling_group_provider" {
    for_each = ["arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:8f3c:autoScalingGroupName/x"]

    content {
      auto_scaling_group_arn = auto_scaling_group_provider.value
    }
  }
}

resource "aws_ecs_cluster" "dynamic" {
  for_each = { off = [{ name = "containerInsights", value = "disabled" }], none = [] }
  name     = each.key

  dynamic "setting" {
    for_each = each.value

    content {
      name  = setting.value.name
      value = setting.value.value
    }
  }
}

# override.tf says otherwise.
resource "aws_ecs_service" "overridden" {
  count            = 2
  name             = "overridden-${count.index}"
  cluster          = "elsewhere"
  task_definition  = "app:1"
  launch_type      = "FARGATE"
  platform_version = "LATEST"

  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = count.index == 1
  }
}
