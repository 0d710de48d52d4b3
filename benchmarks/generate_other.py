"""A repository without ECS for measuring: `python benchmarks/generate_other.py DIRECTORY [FILES]`.

Each ten files are a root module of buckets and roles, which calls a module that all of them share.
"""

from __future__ import annotations

import sys
from pathlib import Path
from string import Template

FILES, PER_STACK, PER_FILE = 1_500, 10, 4
SETTINGS = Template("""\
terraform {
  required_version = ">= 1.5"
}

provider "aws" {
  region = var.region
}

variable "region" {
  type    = string
  default = "eu-central-1"
}

locals {
  name = "stack-$stack"
}
""")
CALL = """\
module "network" {
  source = "../../modules/network"
  name   = local.name
}
"""
NETWORK = """\
variable "name" {
  type = string
}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"

  tags = {
    Name = var.name
  }
}
"""
BUCKET = Template("""\
resource "aws_s3_bucket" "b$number" {
  bucket = "$${local.name}-$number"

  tags = {
    Name = "bucket-$${var.region}"
  }
}

resource "aws_iam_role" "r$number" {
  name = "reader-$number"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Action = "sts:AssumeRole", Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}
""")


def generate(directory: Path, files: int = FILES) -> None:
    """Writes that many files in stacks of ten, the module that they call, and what makes it a repository."""
    module = directory / "modules" / "network"
    module.mkdir(parents=True)
    (module / "main.tf").write_text(NETWORK)
    (directory / ".git").mkdir()
    for place in range(files):
        stack, number = divmod(place, PER_STACK)
        root = directory / "stacks" / f"stack{stack:03}"
        root.mkdir(parents=True, exist_ok=True)
        (root / f"file{number}.tf").write_text(text(stack, number))


def text(stack: int, number: int) -> str:
    """One file: settings, the call, or buckets with roles."""
    if number == 0:
        return SETTINGS.substitute(stack=stack)
    if number == 1:
        return CALL
    return "\n".join(BUCKET.substitute(number=number * PER_FILE + one) for one in range(PER_FILE))


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else FILES)
