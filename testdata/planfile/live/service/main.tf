variable "name" {
  type = string
}

resource "aws_ecs_task_definition" "this" {
  family = var.name
  container_definitions = jsonencode([{
    name       = var.name
    image      = "nginx"
    memory     = 128
    privileged = true
  }])
}
