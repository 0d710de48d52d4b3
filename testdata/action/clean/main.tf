resource "aws_ecs_cluster" "shop" {
  name = "shop"
  tags = { Owner = "shop" }

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_task_definition" "web" {
  family = "web"
  tags   = { Owner = "shop" }

  runtime_platform {
    operating_system_family = "LINUX"
  }

  container_definitions = jsonencode([{
    name                   = "web"
    image                  = "nginx"
    user                   = "1000"
    readonlyRootFilesystem = true
    logConfiguration       = { logDriver = "awslogs" }
  }])
}
