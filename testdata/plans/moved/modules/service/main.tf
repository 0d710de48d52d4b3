variable "name" {
  type = string
}

variable "desired_count" {
  type    = number
  default = 1
}

resource "aws_ecs_task_definition" "this" {
  family       = var.name
  network_mode = "bridge"

  container_definitions = jsonencode([{
    name             = var.name
    image            = "public.ecr.aws/nginx/nginx:1.27"
    memory           = 128
    user             = "root"
    logConfiguration = { logDriver = "awslogs" }
  }])
}

resource "aws_ecs_service" "this" {
  name            = var.name
  cluster         = "shared"
  task_definition = aws_ecs_task_definition.this.arn
  launch_type     = "EC2"
  desired_count   = var.desired_count
}
