variable "name" {
  type = string
}

variable "launch_type" {
  type    = string
  default = null
}

variable "capacity_providers" {
  type    = set(string)
  default = []
}

variable "platform_version" {
  type    = string
  default = null
}

resource "aws_ecs_service" "this" {
  name             = var.name
  cluster          = "elsewhere"
  task_definition  = "app:1"
  launch_type      = length(var.capacity_providers) > 0 ? null : var.launch_type
  platform_version = var.launch_type == "EC2" ? null : var.platform_version

  dynamic "capacity_provider_strategy" {
    for_each = var.capacity_providers

    content {
      capacity_provider = capacity_provider_strategy.key
    }
  }
}
