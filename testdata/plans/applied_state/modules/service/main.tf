variable "name" {
  type = string
}

variable "cluster" {
  type = string
}

variable "platform_version" {
  type = string
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512

  runtime_platform {
    operating_system_family = "LINUX"
  }

  container_definitions = jsonencode([{
    name                   = var.name
    image                  = "public.ecr.aws/nginx/nginx:1.27"
    user                   = "101"
    readonlyRootFilesystem = true
    logConfiguration       = { logDriver = "awslogs" }
  }])
}

resource "aws_ecs_service" "this" {
  name             = var.name
  cluster          = var.cluster
  task_definition  = aws_ecs_task_definition.this.arn
  launch_type      = "FARGATE"
  platform_version = var.platform_version

  network_configuration {
    subnets = ["subnet-0a1b2c3d"]
  }
}
