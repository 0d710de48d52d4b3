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

resource "aws_ecs_cluster" "passed_tags" {
  name = "passed-tags"

  tags = {
    Owner = "platform"
  }
}

resource "aws_ecs_cluster" "passed_empty_value" {
  name = "passed-empty-value"

  tags = {
    Name = ""
  }
}

resource "aws_ecs_cluster" "passed_unknown_value" {
  name = "passed-unknown-value"

  tags = {
    Owner = terraform_data.unknown.id
  }
}

resource "aws_ecs_cluster" "passed_variable" {
  name = "passed-variable"
  tags = var.tags
}

resource "aws_ecs_cluster" "passed_merge" {
  name = "passed-merge"
  tags = merge(local.tags, { Name = "app" })
}

resource "aws_ecs_cluster" "passed_beside_an_aws_key" {
  name = "passed-beside-an-aws-key"

  tags = {
    "aws:cloudformation:stack-name" = "app"
    Owner                           = "platform"
  }
}

resource "aws_ecs_cluster" "passed_default_tags" {
  provider = aws.default_tags

  name = "passed-default-tags"
}

resource "aws_ecs_cluster" "passed_default_tags_beside_tags" {
  provider = aws.default_tags

  name = "passed-default-tags-beside-tags"

  tags = {
    Env = "test"
  }
}

resource "aws_ecs_cluster" "passed_default_tags_beside_unknown_tags" {
  provider = aws.default_tags

  name = "passed-default-tags-beside-unknown-tags"
  tags = terraform_data.tags.output
}

resource "aws_ecs_cluster" "passed_beside_unknown_default_tags" {
  provider = aws.unknown_default_tags

  name = "passed-beside-unknown-default-tags"

  tags = {
    Owner = "platform"
  }
}

# The provider does not look at this tag, but AWS has it.
resource "aws_ecs_cluster" "passed_tags_ignored_by_the_provider" {
  provider = aws.ignore_tags

  name = "passed-tags-ignored-by-the-provider"

  tags = {
    Owner = "platform"
  }
}

resource "aws_ecs_cluster" "passed_ecs_tag" {
  name = "passed-ecs-tag"
}

resource "aws_ecs_tag" "on_passed_ecs_tag" {
  resource_arn = aws_ecs_cluster.passed_ecs_tag.arn
  key          = "Owner"
  value        = "platform"
}

resource "aws_ecs_cluster" "passed_ecs_tags" {
  name = "passed-ecs-tags"
}

resource "aws_ecs_tag" "on_passed_ecs_tags" {
  for_each = local.tags

  resource_arn = aws_ecs_cluster.passed_ecs_tags.arn
  key          = each.key
  value        = each.value
}

resource "aws_ecs_cluster" "passed_ecs_tag_beside_unknown_tags" {
  name = "passed-ecs-tag-beside-unknown-tags"
  tags = terraform_data.tags.output
}

resource "aws_ecs_tag" "on_passed_ecs_tag_beside_unknown_tags" {
  resource_arn = aws_ecs_cluster.passed_ecs_tag_beside_unknown_tags.arn
  key          = "Owner"
  value        = "platform"
}

resource "aws_ecs_cluster" "failed_no_tags" {
  name = "failed-no-tags"
}

resource "aws_ecs_cluster" "failed_empty_map" {
  name = "failed-empty-map"
  tags = {}
}

resource "aws_ecs_cluster" "failed_null_variable" {
  name = "failed-null-variable"
  tags = var.no_tags
}

resource "aws_ecs_cluster" "failed_only_aws_keys" {
  name = "failed-only-aws-keys"

  tags = {
    "aws:cloudformation:stack-name" = "app"
  }
}

resource "aws_ecs_cluster" "failed_no_tags_under_ignore_tags" {
  provider = aws.ignore_tags

  name = "failed-no-tags-under-ignore-tags"
}

resource "aws_ecs_cluster" "failed_only_a_tagged_service" {
  name = "failed-only-a-tagged-service"
}

resource "aws_ecs_service" "tagged" {
  name            = "tagged"
  cluster         = aws_ecs_cluster.failed_only_a_tagged_service.arn
  task_definition = "app:1"
  tags            = local.tags
}

resource "aws_ecs_cluster" "unknown_tags" {
  name = "unknown-tags"
  tags = terraform_data.tags.output
}

resource "aws_ecs_cluster" "unknown_merge_hides_a_literal_key" {
  name = "unknown-merge-hides-a-literal-key"
  tags = merge(terraform_data.tags.output, { Owner = "platform" })
}

resource "aws_ecs_cluster" "unknown_key_hides_that_there_is_one" {
  name = "unknown-key-hides-that-there-is-one"

  tags = {
    (terraform_data.unknown.id) = "platform"
  }
}

resource "aws_ecs_cluster" "unknown_default_tags" {
  provider = aws.unknown_default_tags

  name = "unknown-default-tags"
}
