variable "name" {
  type = string
}

variable "default_provider" {
  type    = string
  default = null
}

resource "aws_ecs_cluster" "this" {
  count = 1
  name  = var.name
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  count              = var.default_provider == null ? 0 : 1
  cluster_name       = aws_ecs_cluster.this[0].name
  capacity_providers = [var.default_provider]

  default_capacity_provider_strategy {
    capacity_provider = var.default_provider
  }
}

output "arn" {
  value = try(aws_ecs_cluster.this[0].arn, null)
}

output "name" {
  value = aws_ecs_cluster.this[0].name
}
