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
  alias                       = "both_by_default"
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
      Env   = "test"
    }
  }
}

provider "aws" {
  alias                       = "owner_by_default"
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

# Its id is not known before apply.
resource "terraform_data" "unknown" {}

# Its output is not known before apply.
resource "terraform_data" "tags" {
  input = { Team = "platform" }
}

resource "aws_ecs_service" "passed_both_keys" {
  name            = "passed-both-keys"
  task_definition = "app:1"

  tags = {
    Owner = "platform"
    Env   = "test"
  }
}

resource "aws_ecs_service" "passed_more_keys" {
  name            = "passed-more-keys"
  task_definition = "app:1"

  tags = {
    Owner = "platform"
    Env   = "test"
    Name  = "app"
  }
}

resource "aws_ecs_service" "passed_empty_values" {
  name            = "passed-empty-values"
  task_definition = "app:1"

  tags = {
    Owner = ""
    Env   = ""
  }
}

resource "aws_ecs_service" "passed_unknown_values" {
  name            = "passed-unknown-values"
  task_definition = "app:1"

  tags = {
    Owner = terraform_data.unknown.id
    Env   = terraform_data.unknown.id
  }
}

resource "aws_ecs_service" "passed_default_tags" {
  provider = aws.both_by_default

  name            = "passed-default-tags"
  task_definition = "app:1"
}

resource "aws_ecs_service" "passed_default_tags_beside_unknown_tags" {
  provider = aws.both_by_default

  name            = "passed-default-tags-beside-unknown-tags"
  task_definition = "app:1"
  tags            = terraform_data.tags.output
}

resource "aws_ecs_service" "passed_default_tags_completed_by_tags" {
  provider = aws.owner_by_default

  name            = "passed-default-tags-completed-by-tags"
  task_definition = "app:1"

  tags = {
    Env = "test"
  }
}

resource "aws_ecs_service" "passed_tags_completed_by_an_ecs_tag" {
  name            = "passed-tags-completed-by-an-ecs-tag"
  task_definition = "app:1"

  tags = {
    Owner = "platform"
  }
}

resource "aws_ecs_tag" "on_passed_tags_completed_by_an_ecs_tag" {
  resource_arn = aws_ecs_service.passed_tags_completed_by_an_ecs_tag.arn
  key          = "Env"
  value        = "test"
}

resource "aws_ecs_service" "failed_no_tags" {
  name            = "failed-no-tags"
  task_definition = "app:1"
}

resource "aws_ecs_service" "failed_one_key_missing" {
  name            = "failed-one-key-missing"
  task_definition = "app:1"

  tags = {
    Owner = "platform"
  }
}

resource "aws_ecs_service" "failed_keys_in_another_case" {
  name            = "failed-keys-in-another-case"
  task_definition = "app:1"

  tags = {
    owner = "platform"
    env   = "test"
  }
}

resource "aws_ecs_service" "failed_other_keys" {
  name            = "failed-other-keys"
  task_definition = "app:1"

  tags = {
    Name = "app"
    Team = "platform"
  }
}

resource "aws_ecs_service" "failed_default_tags_with_one_key_missing" {
  provider = aws.owner_by_default

  name            = "failed-default-tags-with-one-key-missing"
  task_definition = "app:1"
}

resource "aws_ecs_service" "failed_ecs_tag_with_one_key_missing" {
  name            = "failed-ecs-tag-with-one-key-missing"
  task_definition = "app:1"
}

resource "aws_ecs_tag" "on_failed_ecs_tag_with_one_key_missing" {
  resource_arn = aws_ecs_service.failed_ecs_tag_with_one_key_missing.arn
  key          = "Owner"
  value        = "platform"
}

resource "aws_ecs_service" "unknown_tags" {
  name            = "unknown-tags"
  task_definition = "app:1"
  tags            = terraform_data.tags.output
}

resource "aws_ecs_service" "unknown_merge_hides_both_keys" {
  name            = "unknown-merge-hides-both-keys"
  task_definition = "app:1"
  tags            = merge(terraform_data.tags.output, { Owner = "platform", Env = "test" })
}

resource "aws_ecs_service" "unknown_tags_beside_default_tags_with_one_key_missing" {
  provider = aws.owner_by_default

  name            = "unknown-tags-beside-default-tags-with-one-key-missing"
  task_definition = "app:1"
  tags            = terraform_data.tags.output
}

resource "aws_ecs_service" "unknown_tags_beside_an_ecs_tag" {
  name            = "unknown-tags-beside-an-ecs-tag"
  task_definition = "app:1"
  tags            = terraform_data.tags.output
}

resource "aws_ecs_tag" "on_unknown_tags_beside_an_ecs_tag" {
  resource_arn = aws_ecs_service.unknown_tags_beside_an_ecs_tag.arn
  key          = "Owner"
  value        = "platform"
}

resource "aws_ecs_service" "unknown_key_of_an_ecs_tag" {
  name            = "unknown-key-of-an-ecs-tag"
  task_definition = "app:1"

  tags = {
    Owner = "platform"
  }
}

resource "aws_ecs_tag" "on_unknown_key_of_an_ecs_tag" {
  resource_arn = aws_ecs_service.unknown_key_of_an_ecs_tag.arn
  key          = terraform_data.unknown.id
  value        = "test"
}
