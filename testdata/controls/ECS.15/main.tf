terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

provider "aws" {
  alias                       = "default_tags"
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true

  default_tags {
    tags = {
      Owner = "platform"
    }
  }
}

provider "aws" {
  alias                       = "unknown_default_tags"
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true

  default_tags {
    tags = terraform_data.tags.output
  }
}

provider "aws" {
  alias                       = "ignore_tags"
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true

  ignore_tags {
    keys = ["Owner"]
  }
}

# Its id is not known before apply.
resource "terraform_data" "unknown" {}

# Its output is not known before apply.
resource "terraform_data" "tags" {
  input = { Team = "platform" }
}

variable "tags" {
  type    = map(string)
  default = { Owner = "platform" }
}

variable "no_tags" {
  type    = map(string)
  default = null
}

locals {
  tags = { Owner = "platform" }
}

resource "aws_ecs_task_definition" "passed_tags" {
  family                = "passed-tags"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    Owner = "platform"
  }
}

resource "aws_ecs_task_definition" "passed_empty_value" {
  family                = "passed-empty-value"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    Name = ""
  }
}

resource "aws_ecs_task_definition" "passed_unknown_value" {
  family                = "passed-unknown-value"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    Owner = terraform_data.unknown.id
  }
}

resource "aws_ecs_task_definition" "passed_variable" {
  family                = "passed-variable"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
  tags                  = var.tags
}

resource "aws_ecs_task_definition" "passed_merge" {
  family                = "passed-merge"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
  tags                  = merge(local.tags, { Name = "app" })
}

resource "aws_ecs_task_definition" "passed_beside_an_aws_key" {
  family                = "passed-beside-an-aws-key"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    "aws:cloudformation:stack-name" = "app"
    Owner                           = "platform"
  }
}

resource "aws_ecs_task_definition" "passed_default_tags" {
  provider = aws.default_tags

  family                = "passed-default-tags"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "passed_default_tags_beside_tags" {
  provider = aws.default_tags

  family                = "passed-default-tags-beside-tags"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    Env = "test"
  }
}

resource "aws_ecs_task_definition" "passed_default_tags_beside_unknown_tags" {
  provider = aws.default_tags

  family                = "passed-default-tags-beside-unknown-tags"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
  tags                  = terraform_data.tags.output
}

resource "aws_ecs_task_definition" "passed_beside_unknown_default_tags" {
  provider = aws.unknown_default_tags

  family                = "passed-beside-unknown-default-tags"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    Owner = "platform"
  }
}

# The provider does not look at this tag, but AWS has it.
resource "aws_ecs_task_definition" "passed_tags_ignored_by_the_provider" {
  provider = aws.ignore_tags

  family                = "passed-tags-ignored-by-the-provider"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    Owner = "platform"
  }
}

resource "aws_ecs_task_definition" "passed_ecs_tag" {
  family                = "passed-ecs-tag"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_tag" "on_passed_ecs_tag" {
  resource_arn = aws_ecs_task_definition.passed_ecs_tag.arn
  key          = "Owner"
  value        = "platform"
}

resource "aws_ecs_task_definition" "passed_ecs_tags" {
  family                = "passed-ecs-tags"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_tag" "on_passed_ecs_tags" {
  for_each = local.tags

  resource_arn = aws_ecs_task_definition.passed_ecs_tags.arn
  key          = each.key
  value        = each.value
}

resource "aws_ecs_task_definition" "passed_ecs_tag_beside_unknown_tags" {
  family                = "passed-ecs-tag-beside-unknown-tags"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
  tags                  = terraform_data.tags.output
}

resource "aws_ecs_tag" "on_passed_ecs_tag_beside_unknown_tags" {
  resource_arn = aws_ecs_task_definition.passed_ecs_tag_beside_unknown_tags.arn
  key          = "Owner"
  value        = "platform"
}

resource "aws_ecs_task_definition" "failed_no_tags" {
  family                = "failed-no-tags"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "failed_empty_map" {
  family                = "failed-empty-map"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
  tags                  = {}
}

resource "aws_ecs_task_definition" "failed_null_variable" {
  family                = "failed-null-variable"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
  tags                  = var.no_tags
}

resource "aws_ecs_task_definition" "failed_only_aws_keys" {
  family                = "failed-only-aws-keys"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    "aws:cloudformation:stack-name" = "app"
  }
}

resource "aws_ecs_task_definition" "failed_no_tags_under_ignore_tags" {
  provider = aws.ignore_tags

  family                = "failed-no-tags-under-ignore-tags"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "failed_only_docker_labels" {
  family = "failed-only-docker-labels"

  container_definitions = jsonencode([{
    name         = "app"
    image        = "nginx:1.27"
    dockerLabels = { Owner = "platform" }
  }])
}

resource "aws_ecs_task_definition" "unknown_tags" {
  family                = "unknown-tags"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
  tags                  = terraform_data.tags.output
}

resource "aws_ecs_task_definition" "unknown_merge_hides_a_literal_key" {
  family                = "unknown-merge-hides-a-literal-key"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
  tags                  = merge(terraform_data.tags.output, { Owner = "platform" })
}

resource "aws_ecs_task_definition" "unknown_key_hides_that_there_is_one" {
  family                = "unknown-key-hides-that-there-is-one"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    (terraform_data.unknown.id) = "platform"
  }
}

resource "aws_ecs_task_definition" "unknown_default_tags" {
  provider = aws.unknown_default_tags

  family                = "unknown-default-tags"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}
