variable "name" {
  type = string
}

variable "network_mode" {
  type    = string
  default = null
}

variable "public" {
  type    = bool
  default = false
}

variable "version_" {
  type    = string
  default = "LATEST"
}

variable "containers" {
  type = any
  default = {
    only = { image = "nginx:1.27", user = "root" }
  }
}

locals {
  defaults = {
    readonlyRootFilesystem = true
    logConfiguration       = { logDriver = "awslogs" }
  }

  containers = [
    for name, container in var.containers : merge(local.defaults, container, { name = name })
  ]
}

resource "aws_ecs_task_definition" "this" {
  family                = "family"
  network_mode          = var.network_mode
  container_definitions = jsonencode(local.containers)

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

resource "aws_ecs_service" "this" {
  name             = var.name
  cluster          = "elsewhere"
  task_definition  = aws_ecs_task_definition.this.arn
  launch_type      = "FARGATE"
  platform_version = var.version_

  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = var.public
  }
}

resource "aws_ecs_capacity_provider" "this" {
  name = "machines"

  auto_scaling_group_provider {
    auto_scaling_group_arn = "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:8f3c:autoScalingGroupName/x"
  }
}
