"""Many configurations for measuring: `python benchmarks/generate_hcl.py DIRECTORY [STACKS]`.

Each stack is a root module of eleven files: ten services, and variables and locals that all of them use. Half of the
task definitions are written with jsonencode, half as JSON in a heredoc.
"""

from __future__ import annotations

import sys
from pathlib import Path
from string import Template

STACKS, SERVICES, SETTINGS = 50, 10, 8
VARIABLES = """\
variable "release" {
  type    = string
  default = "2024.1"
}

variable "expose" {
  type    = bool
  default = false
}

locals {
  logs = {
    logDriver = "awslogs"
    options   = { "awslogs-group" = "services", "awslogs-region" = "eu-central-1" }
  }
}
"""
SERVICE = Template("""\
resource "aws_ecs_cluster" "c$number" {
  name = "cluster-$name"

  setting {
    name  = "containerInsights"
    value = "$insights"
  }
}

resource "aws_ecs_task_definition" "api$number" {
  family                   = "api-$name"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 512
  memory                   = 1024

  container_definitions = jsonencode([{
    name                   = "api-$name"
    image                  = "registry.example/api-$name:$${var.release}"
    readonlyRootFilesystem = $readonly
    portMappings           = [{ containerPort = 80 }]
    environment = [
$pairs
    ]
    logConfiguration = local.logs
  }])
}

resource "aws_ecs_task_definition" "jobs$number" {
  family                = "jobs-$name"
  network_mode          = "awsvpc"
  container_definitions = <<JSON
[
  {
    "name": "jobs-$name",
    "image": "registry.example/jobs-$name:1",
    "readonlyRootFilesystem": $readonly,
    "environment": [
$json_pairs
    ]
  }
]
JSON
}

resource "aws_ecs_service" "s$number" {
  name             = "service-$name"
  cluster          = aws_ecs_cluster.c$number.id
  task_definition  = aws_ecs_task_definition.api$number.arn
  launch_type      = "FARGATE"
  platform_version = "$platform"

  network_configuration {
    subnets          = ["subnet-1", "subnet-2"]
    assign_public_ip = $public
  }
}
""")


def generate(directory: Path, stacks: int = STACKS) -> None:
    """Writes that many stacks of four times SERVICES resources below a directory."""
    for stack in range(stacks):
        root = directory / f"stack{stack:03}"
        root.mkdir(parents=True)
        (root / "variables.tf").write_text(VARIABLES)
        for number in range(SERVICES):
            (root / f"service{number}.tf").write_text(service(stack * SERVICES + number, number))


def generate_one(directory: Path) -> None:
    """Writes a stack of one file, with one service."""
    directory.mkdir(parents=True)
    (directory / "main.tf").write_text(f"{VARIABLES}\n{service(0, 0)}")


def service(place: int, number: int) -> str:
    """One file; every third resource or so fails some control."""
    settings = [f"{place}-{setting}" for setting in range(SETTINGS)]
    return SERVICE.substitute(
        number=number,
        name=place,
        insights="disabled" if place % 3 else "enabled",
        readonly="true" if place % 3 else "false",
        platform="LATEST" if place % 4 else "1.3.0",
        public="var.expose" if place % 2 else "false",
        pairs="\n".join(f'      {{ name = "SETTING_{one}", value = "v-{one}" }},' for one in settings),
        json_pairs=",\n".join(f'      {{"name": "SETTING_{one}", "value": "v-{one}"}}' for one in settings),
    )


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else STACKS)
