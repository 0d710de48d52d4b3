variable "name" {
  type = string
}

variable "launch_type" {
  type    = string
  default = "FARGATE"
}

variable "platform_version" {
  type    = string
  default = null
}

locals {
  is_fargate = var.launch_type == "FARGATE"
}

resource "aws_ecs_service" "this" {
  name             = var.name
  cluster          = "elsewhere"
  task_definition  = "app:1"
  launch_type      = var.launch_type
  platform_version = local.is_fargate ? var.platform_version : null
}
