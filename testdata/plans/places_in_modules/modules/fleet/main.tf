variable "region" {
  type = string
}

variable "network_mode" {
  type = string
}

variable "teams" {
  type = map(object({
    public     = optional(bool, false)
    containers = map(any)
  }))
}

resource "aws_ecs_cluster" "this" {
  count = 1
  name  = "fleet-${length(var.region)}"

  setting {
    name  = "containerInsights"
    value = var.region == "eu.west" ? "enabled" : "disabled"
  }
}

module "service" {
  source   = "../service"
  for_each = var.teams

  name         = each.key
  network_mode = var.network_mode
  public       = each.value.public
  containers   = each.value.containers
}
