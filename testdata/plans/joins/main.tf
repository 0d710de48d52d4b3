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

# --- clusters: what a service runs on if it does not say so

resource "aws_ecs_cluster" "fargate" {
  name = "fargate"
}

resource "aws_ecs_cluster_capacity_providers" "fargate" {
  cluster_name       = aws_ecs_cluster.fargate.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}

resource "aws_ecs_capacity_provider" "ec2" {
  name = "ec2"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:8f3c:autoScalingGroupName/ec2"
    managed_termination_protection = "ENABLED"
  }
}

resource "aws_ecs_cluster" "ec2" {
  name = "ec2"
}

resource "aws_ecs_cluster_capacity_providers" "ec2" {
  cluster_name       = aws_ecs_cluster.ec2.name
  capacity_providers = [aws_ecs_capacity_provider.ec2.name]

  default_capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.ec2.name
  }
}

# Providers, but no default strategy.
resource "aws_ecs_cluster" "available" {
  name = "available"
}

resource "aws_ecs_cluster_capacity_providers" "available" {
  cluster_name       = aws_ecs_cluster.available.name
  capacity_providers = ["FARGATE"]
}

resource "aws_ecs_cluster" "bare" {
  name = "bare"
}

# Tagged by a resource of its own.
resource "aws_ecs_tag" "bare" {
  resource_arn = aws_ecs_cluster.bare.arn
  key          = "Team"
  value        = "platform"
}

# --- task definitions: what decides the platform version that is the latest

locals {
  container = {
    name                   = "app"
    image                  = "public.ecr.aws/nginx/nginx:1.27"
    user                   = "1000"
    readonlyRootFilesystem = true
    logConfiguration       = { logDriver = "awslogs" }
  }
}

resource "aws_ecs_task_definition" "windows" {
  family                = "windows"
  network_mode          = "awsvpc"
  container_definitions = jsonencode([local.container])

  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2022_CORE"
  }
}

resource "aws_ecs_task_definition" "linux" {
  family                = "linux"
  network_mode          = "awsvpc"
  container_definitions = jsonencode([local.container])

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

resource "aws_ecs_task_definition" "no_family" {
  family                = "no-family"
  network_mode          = "awsvpc"
  container_definitions = jsonencode([local.container])
}

# --- services by their cluster

resource "aws_ecs_service" "fargate_default" {
  name            = "fargate-default"
  cluster         = aws_ecs_cluster.fargate.id
  task_definition = aws_ecs_task_definition.linux.arn
}

resource "aws_ecs_service" "fargate_default_old" {
  name             = "fargate-default-old"
  cluster          = aws_ecs_cluster.fargate.arn
  task_definition  = aws_ecs_task_definition.linux.arn
  platform_version = "1.3.0"
}

resource "aws_ecs_service" "fargate_by_name_old" {
  name             = "fargate-by-name-old"
  cluster          = aws_ecs_cluster.fargate.name
  task_definition  = aws_ecs_task_definition.linux.arn
  platform_version = "1.3.0"
}

resource "aws_ecs_service" "ec2_default" {
  name            = "ec2-default"
  cluster         = aws_ecs_cluster.ec2.id
  task_definition = aws_ecs_task_definition.linux.arn
}

resource "aws_ecs_service" "ec2_with_own_strategy" {
  name             = "ec2-with-own-strategy"
  cluster          = aws_ecs_cluster.ec2.id
  task_definition  = aws_ecs_task_definition.linux.arn
  platform_version = "1.3.0"

  capacity_provider_strategy {
    capacity_provider = "FARGATE_SPOT"
    weight            = 1
  }
}

resource "aws_ecs_service" "fargate_with_own_strategy" {
  name            = "fargate-with-own-strategy"
  cluster         = aws_ecs_cluster.fargate.id
  task_definition = aws_ecs_task_definition.linux.arn

  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.ec2.name
    weight            = 1
  }
}

resource "aws_ecs_service" "fargate_with_launch_type" {
  name            = "fargate-with-launch-type"
  cluster         = aws_ecs_cluster.fargate.id
  task_definition = aws_ecs_task_definition.linux.arn
  launch_type     = "EC2"
}

resource "aws_ecs_service" "available" {
  name            = "available"
  cluster         = aws_ecs_cluster.available.id
  task_definition = aws_ecs_task_definition.linux.arn
}

resource "aws_ecs_service" "bare" {
  name            = "bare"
  cluster         = aws_ecs_cluster.bare.id
  task_definition = aws_ecs_task_definition.linux.arn
}

resource "aws_ecs_tag" "service" {
  resource_arn = aws_ecs_service.bare.id
  key          = "Team"
  value        = "platform"
}

resource "aws_ecs_service" "elsewhere" {
  name            = "elsewhere"
  cluster         = "elsewhere"
  task_definition = aws_ecs_task_definition.linux.arn
}

resource "aws_ecs_service" "elsewhere_old" {
  name             = "elsewhere-old"
  cluster          = "elsewhere"
  task_definition  = aws_ecs_task_definition.linux.arn
  platform_version = "1.3.0"
}

# In the account's own cluster called "default".
resource "aws_ecs_service" "default_cluster" {
  name            = "default-cluster"
  task_definition = aws_ecs_task_definition.linux.arn
}

# The task sets say how it runs.
resource "aws_ecs_service" "external" {
  name    = "external"
  cluster = aws_ecs_cluster.fargate.id

  deployment_controller {
    type = "EXTERNAL"
  }
}

resource "aws_ecs_task_set" "external" {
  service          = aws_ecs_service.external.id
  cluster          = aws_ecs_cluster.fargate.id
  task_definition  = aws_ecs_task_definition.linux.arn
  launch_type      = "FARGATE"
  platform_version = "1.3.0"

  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = true
  }
}

# --- services by their task definition

resource "aws_ecs_service" "windows" {
  name             = "windows"
  cluster          = aws_ecs_cluster.bare.id
  task_definition  = aws_ecs_task_definition.windows.arn
  launch_type      = "FARGATE"
  platform_version = "1.0.0"
}

resource "aws_ecs_service" "windows_as_linux" {
  name             = "windows-as-linux"
  cluster          = aws_ecs_cluster.bare.id
  task_definition  = aws_ecs_task_definition.windows.arn
  launch_type      = "FARGATE"
  platform_version = "1.4.0"
}

resource "aws_ecs_service" "linux" {
  name             = "linux"
  cluster          = aws_ecs_cluster.bare.id
  task_definition  = "${aws_ecs_task_definition.linux.family}:${aws_ecs_task_definition.linux.revision}"
  launch_type      = "FARGATE"
  platform_version = "1.0.0"
}

resource "aws_ecs_service" "linux_pinned" {
  name             = "linux-pinned"
  cluster          = aws_ecs_cluster.bare.id
  task_definition  = aws_ecs_task_definition.linux.arn
  launch_type      = "FARGATE"
  platform_version = "1.4.0"
}

# Without a family it is Linux.
resource "aws_ecs_service" "no_family" {
  name             = "no-family"
  cluster          = aws_ecs_cluster.bare.id
  task_definition  = aws_ecs_task_definition.no_family.arn
  launch_type      = "FARGATE"
  platform_version = "1.0.0"
}

resource "aws_ecs_service" "elsewhere_task" {
  name             = "elsewhere-task"
  cluster          = aws_ecs_cluster.bare.id
  task_definition  = "elsewhere:3"
  launch_type      = "FARGATE"
  platform_version = "1.0.0"
}
