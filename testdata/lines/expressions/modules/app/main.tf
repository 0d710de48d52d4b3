variable "name" {
  type = string
}

variable "user" {
  type    = string
  default = null
}

variable "sidecars" {
  default = []
}

variable "json" {
  type    = string
  default = "[]"
}

variable "options" {
  type = object({
    pid_mode = optional(string, "host")
  })
  default = {}
}

locals {
  main = {
    name  = var.name
    image = "nginx:1.27"
    user  = var.user
  }

  containers = concat([local.main], var.sidecars, jsondecode(var.json))
}

resource "aws_ecs_task_definition" "this" {
  family                = var.name
  pid_mode              = var.options.pid_mode
  container_definitions = jsonencode(local.containers)
}

output "user" {
  value = var.user
}

output "containers" {
  value = local.containers
}

output "json" {
  value = aws_ecs_task_definition.this.container_definitions
}
