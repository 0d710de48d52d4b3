variable "consumers" {
  type = map(bool)
}

resource "aws_ecs_task_definition" "consumer" {
  for_each     = var.consumers
  family       = "consumer-${length(each.key)}"
  network_mode = "none"
  tags         = { Consumer = each.key }

  runtime_platform {
    operating_system_family = "LINUX"
  }

  container_definitions = jsonencode([{
    name                   = "consumer"
    image                  = "public.ecr.aws/docker/library/python:3.13-slim"
    user                   = "app:app"
    memory                 = 128
    privileged             = each.value
    readonlyRootFilesystem = true
    logConfiguration       = { logDriver = "awslogs" }
  }])
}
