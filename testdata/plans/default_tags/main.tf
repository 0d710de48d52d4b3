terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "tags" {
  type    = map(string)
  default = { CostCenter = "4711" }
}

variable "no_tags" {
  type    = map(string)
  default = null
}

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_region_validation      = true

  default_tags {
    tags = {
      Team        = "platform"
      Environment = "prod"
    }
  }
}

provider "aws" {
  alias                       = "merged"
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_region_validation      = true

  default_tags {
    tags = merge(var.tags, { ManagedBy = "terraform" })
  }
}

provider "aws" {
  alias                       = "unknown"
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_region_validation      = true

  default_tags {
    tags = terraform_data.labels.output
  }
}

provider "aws" {
  alias                       = "untagged"
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
}

# Labels that another system hands out: not known before apply.
resource "terraform_data" "labels" {
  input            = { Label = "from-elsewhere" }
  triggers_replace = var.tags
}

resource "aws_ecs_cluster" "constant_alone" {
  name = "constant-alone"
}

resource "aws_ecs_cluster" "constant_with_own" {
  name = "constant-with-own"
  tags = { Name = "constant-with-own" }
}

resource "aws_ecs_cluster" "constant_with_unknown" {
  name = "constant-with-unknown"
  tags = terraform_data.labels.output
}

resource "aws_ecs_task_definition" "constant" {
  family       = "constant"
  network_mode = "awsvpc"

  container_definitions = jsonencode([{
    name                   = "app"
    image                  = "public.ecr.aws/nginx/nginx:1.27"
    user                   = "ContainerAdministrator"
    readonlyRootFilesystem = false
  }])
}

resource "aws_ecs_cluster" "merged_alone" {
  provider = aws.merged
  name     = "merged-alone"
}

resource "aws_ecs_cluster" "merged_with_unknown" {
  provider = aws.merged
  name     = "merged-with-unknown"
  tags     = terraform_data.labels.output
}

resource "aws_ecs_cluster" "unknown_alone" {
  provider = aws.unknown
  name     = "unknown-alone"
}

resource "aws_ecs_cluster" "unknown_with_own" {
  provider = aws.unknown
  name     = "unknown-with-own"
  tags     = { Name = "unknown-with-own" }
}

resource "aws_ecs_service" "unknown" {
  provider        = aws.unknown
  name            = "unknown"
  cluster         = aws_ecs_cluster.unknown_alone.id
  task_definition = aws_ecs_task_definition.constant.arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets = ["subnet-0a1b2c3d"]
  }
}

resource "aws_ecs_cluster" "untagged_alone" {
  provider = aws.untagged
  name     = "untagged-alone"
}

resource "aws_ecs_cluster" "untagged_empty" {
  provider = aws.untagged
  name     = "untagged-empty"
  tags     = {}
}

resource "aws_ecs_cluster" "untagged_null" {
  provider = aws.untagged
  name     = "untagged-null"
  tags     = var.no_tags
}

resource "aws_ecs_cluster" "untagged_with_own" {
  provider = aws.untagged
  name     = "untagged-with-own"
  tags     = { Name = "" }
}

resource "aws_ecs_cluster" "untagged_with_unknown" {
  provider = aws.untagged
  name     = "untagged-with-unknown"
  tags     = terraform_data.labels.output
}

# The key is known, its value is not.
resource "aws_ecs_cluster" "untagged_with_unknown_value" {
  provider = aws.untagged
  name     = "untagged-with-unknown-value"
  tags     = { Build = terraform_data.labels.id }
}

# Surely not empty, but only the source says so: the plan has lost the literal key.
resource "aws_ecs_cluster" "untagged_merged_with_unknown" {
  provider = aws.untagged
  name     = "untagged-merged-with-unknown"
  tags     = merge({ Name = "merged" }, terraform_data.labels.output)
}

resource "aws_ecs_cluster" "untagged_tagged_apart" {
  provider = aws.untagged
  name     = "untagged-tagged-apart"
}

resource "aws_ecs_tag" "apart" {
  provider     = aws.untagged
  resource_arn = aws_ecs_cluster.untagged_tagged_apart.arn
  key          = "Team"
  value        = "platform"
}

resource "aws_ecs_service" "untagged" {
  provider        = aws.untagged
  name            = "untagged"
  cluster         = aws_ecs_cluster.untagged_alone.id
  task_definition = aws_ecs_task_definition.constant.arn
  launch_type     = "FARGATE"
  propagate_tags  = "SERVICE"

  network_configuration {
    subnets = ["subnet-0a1b2c3d"]
  }
}
