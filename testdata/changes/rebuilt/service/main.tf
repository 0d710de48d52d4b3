variable "name" {
  type = string
}

variable "public" {
  type    = bool
  default = false
}

resource "aws_ecs_service" "this" {
  name = var.name

  network_configuration {
    subnets          = ["subnet-1"]
    assign_public_ip = var.public
  }
}
