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

resource "aws_ecs_service" "passed_tags" {
  name            = "passed-tags"
  task_definition = "app:1"

  tags = {
    Owner = "platform"
  }
}

resource "aws_ecs_service" "passed_empty_value" {
  name            = "passed-empty-value"
  task_definition = "app:1"

  tags = {
    Name = ""
  }
}

resource "aws_ecs_service" "passed_unknown_value" {
  name            = "passed-unknown-value"
  task_definition = "app:1"

  tags = {
    Owner = terraform_data.unknown.id
  }
}

resource "aws_ecs_service" "passed_variable" {
  name            = "passed-variable"
  task_definition = "app:1"
  tags            = var.tags
}

resource "aws_ecs_service" "passed_merge" {
  name            = "passed-merge"
  task_definition = "app:1"
  tags            = merge(local.tags, { Name = "app" })
}

resource "aws_ecs_service" "passed_beside_an_aws_key" {
  name            = "passed-beside-an-aws-key"
  task_definition = "app:1"

  tags = {
    "aws:cloudformation:stack-name" = "app"
    Owner                           = "platform"
  }
}

resource "aws_ecs_service" "passed_default_tags" {
  provider = aws.default_tags

  name            = "passed-default-tags"
  task_definition = "app:1"
}

resource "aws_ecs_service" "passed_default_tags_beside_tags" {
  provider = aws.default_tags

  name            = "passed-default-tags-beside-tags"
  task_definition = "app:1"

  tags = {
    Env = "test"
  }
}

resource "aws_ecs_service" "passed_default_tags_beside_unknown_tags" {
  provider = aws.default_tags

  name            = "passed-default-tags-beside-unknown-tags"
  task_definition = "app:1"
  tags            = terraform_data.tags.output
}

resource "aws_ecs_service" "passed_beside_unknown_default_tags" {
  provider = aws.unknown_default_tags

  name            = "passed-beside-unknown-default-tags"
  task_definition = "app:1"

  tags = {
    Owner = "platform"
  }
}

# The provider does not look at this tag, but AWS has it.
resource "aws_ecs_service" "passed_tags_ignored_by_the_provider" {
  provider = aws.ignore_tags

  name            = "passed-tags-ignored-by-the-provider"
  task_definition = "app:1"

  tags = {
    Owner = "platform"
  }
}

resource "aws_ecs_service" "passed_ecs_tag" {
  name            = "passed-ecs-tag"
  task_definition = "app:1"
}

resource "aws_ecs_tag" "on_passed_ecs_tag" {
  resource_arn = aws_ecs_service.passed_ecs_tag.arn
  key          = "Owner"
  value        = "platform"
}

resource "aws_ecs_service" "passed_ecs_tags" {
  name            = "passed-ecs-tags"
  task_definition = "app:1"
}

resource "aws_ecs_tag" "on_passed_ecs_tags" {
  for_each = local.tags

  resource_arn = aws_ecs_service.passed_ecs_tags.arn
  key          = each.key
  value        = each.value
}

resource "aws_ecs_service" "passed_ecs_tag_beside_unknown_tags" {
  name            = "passed-ecs-tag-beside-unknown-tags"
  task_definition = "app:1"
  tags            = terraform_data.tags.output
}

resource "aws_ecs_tag" "on_passed_ecs_tag_beside_unknown_tags" {
  resource_arn = aws_ecs_service.passed_ecs_tag_beside_unknown_tags.arn
  key          = "Owner"
  value        = "platform"
}

resource "aws_ecs_service" "failed_no_tags" {
  name            = "failed-no-tags"
  task_definition = "app:1"
}

resource "aws_ecs_service" "failed_empty_map" {
  name            = "failed-empty-map"
  task_definition = "app:1"
  tags            = {}
}

resource "aws_ecs_service" "failed_null_variable" {
  name            = "failed-null-variable"
  task_definition = "app:1"
  tags            = var.no_tags
}

resource "aws_ecs_service" "failed_only_aws_keys" {
  name            = "failed-only-aws-keys"
  task_definition = "app:1"

  tags = {
    "aws:cloudformation:stack-name" = "app"
  }
}

resource "aws_ecs_service" "failed_no_tags_under_ignore_tags" {
  provider = aws.ignore_tags

  name            = "failed-no-tags-under-ignore-tags"
  task_definition = "app:1"
}

# These put tags on the tasks, not on the service.
resource "aws_ecs_service" "failed_only_tags_on_tasks" {
  name                    = "failed-only-tags-on-tasks"
  task_definition         = aws_ecs_task_definition.tagged.arn
  propagate_tags          = "TASK_DEFINITION"
  enable_ecs_managed_tags = true
}

resource "aws_ecs_task_definition" "tagged" {
  family                = "tagged"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
  tags                  = local.tags
}

resource "aws_ecs_service" "unknown_tags" {
  name            = "unknown-tags"
  task_definition = "app:1"
  tags            = terraform_data.tags.output
}

resource "aws_ecs_service" "unknown_merge_hides_a_literal_key" {
  name            = "unknown-merge-hides-a-literal-key"
  task_definition = "app:1"
  tags            = merge(terraform_data.tags.output, { Owner = "platform" })
}

resource "aws_ecs_service" "unknown_key_hides_that_there_is_one" {
  name            = "unknown-key-hides-that-there-is-one"
  task_definition = "app:1"

  tags = {
    (terraform_data.unknown.id) = "platform"
  }
}

resource "aws_ecs_service" "unknown_default_tags" {
  provider = aws.unknown_default_tags

  name            = "unknown-default-tags"
  task_definition = "app:1"
}
