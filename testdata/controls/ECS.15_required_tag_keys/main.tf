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

resource "aws_ecs_task_definition" "passed_both_keys" {
  family                = "passed-both-keys"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    Owner = "platform"
    Env   = "test"
  }
}

resource "aws_ecs_task_definition" "passed_more_keys" {
  family                = "passed-more-keys"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    Owner = "platform"
    Env   = "test"
    Name  = "app"
  }
}

resource "aws_ecs_task_definition" "passed_empty_values" {
  family                = "passed-empty-values"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    Owner = ""
    Env   = ""
  }
}

resource "aws_ecs_task_definition" "passed_unknown_values" {
  family                = "passed-unknown-values"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    Owner = terraform_data.unknown.id
    Env   = terraform_data.unknown.id
  }
}

resource "aws_ecs_task_definition" "passed_default_tags" {
  provider = aws.both_by_default

  family                = "passed-default-tags"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "passed_default_tags_beside_unknown_tags" {
  provider = aws.both_by_default

  family                = "passed-default-tags-beside-unknown-tags"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
  tags                  = terraform_data.tags.output
}

resource "aws_ecs_task_definition" "passed_default_tags_completed_by_tags" {
  provider = aws.owner_by_default

  family                = "passed-default-tags-completed-by-tags"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    Env = "test"
  }
}

resource "aws_ecs_task_definition" "passed_tags_completed_by_an_ecs_tag" {
  family                = "passed-tags-completed-by-an-ecs-tag"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    Owner = "platform"
  }
}

resource "aws_ecs_tag" "on_passed_tags_completed_by_an_ecs_tag" {
  resource_arn = aws_ecs_task_definition.passed_tags_completed_by_an_ecs_tag.arn
  key          = "Env"
  value        = "test"
}

resource "aws_ecs_task_definition" "failed_no_tags" {
  family                = "failed-no-tags"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "failed_one_key_missing" {
  family                = "failed-one-key-missing"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    Owner = "platform"
  }
}

resource "aws_ecs_task_definition" "failed_keys_in_another_case" {
  family                = "failed-keys-in-another-case"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    owner = "platform"
    env   = "test"
  }
}

resource "aws_ecs_task_definition" "failed_other_keys" {
  family                = "failed-other-keys"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    Name = "app"
    Team = "platform"
  }
}

resource "aws_ecs_task_definition" "failed_default_tags_with_one_key_missing" {
  provider = aws.owner_by_default

  family                = "failed-default-tags-with-one-key-missing"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "failed_ecs_tag_with_one_key_missing" {
  family                = "failed-ecs-tag-with-one-key-missing"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_tag" "on_failed_ecs_tag_with_one_key_missing" {
  resource_arn = aws_ecs_task_definition.failed_ecs_tag_with_one_key_missing.arn
  key          = "Owner"
  value        = "platform"
}

resource "aws_ecs_task_definition" "unknown_tags" {
  family                = "unknown-tags"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
  tags                  = terraform_data.tags.output
}

resource "aws_ecs_task_definition" "unknown_merge_hides_both_keys" {
  family                = "unknown-merge-hides-both-keys"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
  tags                  = merge(terraform_data.tags.output, { Owner = "platform", Env = "test" })
}

resource "aws_ecs_task_definition" "unknown_tags_beside_default_tags_with_one_key_missing" {
  provider = aws.owner_by_default

  family                = "unknown-tags-beside-default-tags-with-one-key-missing"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
  tags                  = terraform_data.tags.output
}

resource "aws_ecs_task_definition" "unknown_tags_beside_an_ecs_tag" {
  family                = "unknown-tags-beside-an-ecs-tag"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
  tags                  = terraform_data.tags.output
}

resource "aws_ecs_tag" "on_unknown_tags_beside_an_ecs_tag" {
  resource_arn = aws_ecs_task_definition.unknown_tags_beside_an_ecs_tag.arn
  key          = "Owner"
  value        = "platform"
}

resource "aws_ecs_task_definition" "unknown_key_of_an_ecs_tag" {
  family                = "unknown-key-of-an-ecs-tag"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  tags = {
    Owner = "platform"
  }
}

resource "aws_ecs_tag" "on_unknown_key_of_an_ecs_tag" {
  resource_arn = aws_ecs_task_definition.unknown_key_of_an_ecs_tag.arn
  key          = terraform_data.unknown.id
  value        = "test"
}
