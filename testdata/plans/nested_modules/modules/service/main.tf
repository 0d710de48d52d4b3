variable "name" {
  type = string
}

variable "cluster_id" {
  type = string
}

variable "operating_system" {
  type    = string
  default = "LINUX"
}

variable "platform_version" {
  type    = string
  default = "LATEST"
}

variable "public" {
  type    = bool
  default = false
}

variable "user" {
  type    = string
  default = null
}

variable "tags" {
  type    = map(string)
  default = {}
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  tags                     = var.tags

  runtime_platform {
    operating_system_family = var.operating_system
  }

  container_definitions = jsonencode([{
    name             = var.name
    image            = "public.ecr.aws/nginx/nginx:1.27"
    user             = var.user
    logConfiguration = { logDriver = "awslogs" }
  }])
}

resource "aws_ecs_service" "this" {
  name             = var.name
  cluster          = var.cluster_id
  task_definition  = aws_ecs_task_definition.this.arn
  launch_type      = "FARGATE"
  platform_version = var.platform_version
  desired_count    = 1
  tags             = var.tags

  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = var.public
  }
}
