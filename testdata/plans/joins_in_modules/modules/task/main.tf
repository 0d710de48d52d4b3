variable "name" {
  type = string
}

variable "operating_system" {
  type    = string
  default = "LINUX"
}

resource "aws_ecs_task_definition" "this" {
  family       = var.name
  network_mode = "awsvpc"

  runtime_platform {
    operating_system_family = var.operating_system
  }

  container_definitions = jsonencode([{
    name                   = var.name
    image                  = "public.ecr.aws/nginx/nginx:1.27"
    user                   = "1000"
    readonlyRootFilesystem = true
    logConfiguration       = { logDriver = "awslogs" }
  }])
}

output "arn" {
  value = aws_ecs_task_definition.this.arn
}
