variable "name" {
  type = string
}

variable "insights" {
  type = string
}

variable "services" {
  type = map(object({
    public = optional(bool, false)
    user   = optional(string)
  }))
}

resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = var.insights
  }
}

module "service" {
  source   = "../service"
  for_each = var.services

  name       = "${var.name}-${each.key}"
  cluster_id = aws_ecs_cluster.this.id
  public     = each.value.public
  user       = each.value.user
  tags       = { Service = each.key }
}

output "cluster_id" {
  value = aws_ecs_cluster.this.id
}
