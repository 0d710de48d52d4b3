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
  alias                       = "account_default"
  region                      = "eu-west-2"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

provider "aws" {
  alias                       = "account_default_enhanced"
  region                      = "eu-west-3"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

provider "aws" {
  alias                       = "account_default_disabled"
  region                      = "eu-north-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

provider "aws" {
  alias                       = "account_default_unknown"
  region                      = "eu-south-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

provider "aws" {
  alias                       = "other_account_setting"
  region                      = "eu-central-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

# Its id is not known before apply.
resource "terraform_data" "unknown" {}

variable "insights" {
  type    = string
  default = "enabled"
}

resource "terraform_data" "settings" {
  input = ["enabled"]
}

resource "aws_ecs_cluster" "passed_enabled" {
  name = "passed-enabled"

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_cluster" "passed_enhanced" {
  name = "passed-enhanced"

  setting {
    name  = "containerInsights"
    value = "enhanced"
  }
}

resource "aws_ecs_cluster" "passed_variable" {
  name = "passed-variable"

  setting {
    name  = "containerInsights"
    value = var.insights
  }
}

resource "aws_ecs_cluster" "passed_dynamic_setting" {
  name = "passed-dynamic-setting"

  dynamic "setting" {
    for_each = { containerInsights = "enabled" }

    content {
      name  = setting.key
      value = setting.value
    }
  }
}

resource "aws_ecs_cluster" "passed_two_settings" {
  name = "passed-two-settings"

  setting {
    name  = "containerInsights"
    value = "enhanced"
  }

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

# Whatever the first setting is, Container Insights is on.
resource "aws_ecs_cluster" "passed_beside_a_setting_of_unknown_name" {
  name = "passed-beside-a-setting-of-unknown-name"

  setting {
    name  = terraform_data.unknown.id
    value = "enhanced"
  }

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_cluster" "passed_after_a_setting_of_unknown_name" {
  name = "passed-after-a-setting-of-unknown-name"

  setting {
    name  = "containerInsights"
    value = "enhanced"
  }

  setting {
    name  = terraform_data.unknown.id
    value = "enabled"
  }
}

resource "aws_ecs_cluster" "failed_disabled" {
  name = "failed-disabled"

  setting {
    name  = "containerInsights"
    value = "disabled"
  }
}

resource "aws_ecs_cluster" "failed_omitted" {
  name = "failed-omitted"
}

resource "aws_ecs_cluster" "failed_value_in_another_case" {
  name = "failed-value-in-another-case"

  setting {
    name  = "containerInsights"
    value = "Enabled"
  }
}

resource "aws_ecs_cluster" "failed_two_settings" {
  name = "failed-two-settings"

  setting {
    name  = "containerInsights"
    value = "Enabled"
  }

  setting {
    name  = "containerInsights"
    value = "disabled"
  }
}

# Either it is Container Insights, and disabled, or the cluster has no such setting.
resource "aws_ecs_cluster" "failed_disabled_under_an_unknown_name" {
  name = "failed-disabled-under-an-unknown-name"

  setting {
    name  = terraform_data.unknown.id
    value = "disabled"
  }
}

# Plan JSON does not tell this cluster from one without a setting.
resource "aws_ecs_cluster" "failed_dynamic_setting_is_not_in_the_plan" {
  name = "failed-dynamic-setting-is-not-in-the-plan"

  dynamic "setting" {
    for_each = terraform_data.settings.output

    content {
      name  = "containerInsights"
      value = setting.value
    }
  }
}

resource "aws_ecs_cluster" "unknown_value" {
  name = "unknown-value"

  setting {
    name  = "containerInsights"
    value = terraform_data.unknown.id
  }
}

resource "aws_ecs_cluster" "unknown_name" {
  name = "unknown-name"

  setting {
    name  = terraform_data.unknown.id
    value = "enabled"
  }
}

resource "aws_ecs_cluster" "unknown_name_and_value" {
  name = "unknown-name-and-value"

  setting {
    name  = terraform_data.unknown.id
    value = terraform_data.unknown.id
  }
}

resource "aws_ecs_account_setting_default" "enabled" {
  provider = aws.account_default

  name  = "containerInsights"
  value = "enabled"
}

resource "aws_ecs_cluster" "passed_account_default" {
  provider = aws.account_default

  name = "passed-account-default"
}

resource "aws_ecs_cluster" "passed_dynamic_setting_over_the_account_default" {
  provider = aws.account_default

  name = "passed-dynamic-setting-over-the-account-default"

  dynamic "setting" {
    for_each = ["enhanced"]

    content {
      name  = "containerInsights"
      value = setting.value
    }
  }
}

resource "aws_ecs_cluster" "passed_enabled_or_account_default" {
  provider = aws.account_default

  name = "passed-enabled-or-account-default"

  setting {
    name  = terraform_data.unknown.id
    value = "enabled"
  }
}

resource "aws_ecs_cluster" "failed_disabled_over_the_account_default" {
  provider = aws.account_default

  name = "failed-disabled-over-the-account-default"

  setting {
    name  = "containerInsights"
    value = "disabled"
  }
}

resource "aws_ecs_cluster" "unknown_value_over_the_account_default" {
  provider = aws.account_default

  name = "unknown-value-over-the-account-default"

  setting {
    name  = "containerInsights"
    value = terraform_data.unknown.id
  }
}

resource "aws_ecs_cluster" "unknown_name_of_a_disabled_setting_over_the_account_default" {
  provider = aws.account_default

  name = "unknown-name-of-a-disabled-setting-over-the-account-default"

  setting {
    name  = terraform_data.unknown.id
    value = "disabled"
  }
}

# Account settings belong to one region.
resource "aws_ecs_cluster" "failed_account_default_of_another_region" {
  provider = aws.account_default

  name   = "failed-account-default-of-another-region"
  region = "us-east-1"
}

resource "aws_ecs_account_setting_default" "enhanced" {
  provider = aws.account_default_enhanced

  name  = "containerInsights"
  value = "enhanced"
}

resource "aws_ecs_cluster" "passed_account_default_enhanced" {
  provider = aws.account_default_enhanced

  name = "passed-account-default-enhanced"
}

resource "aws_ecs_account_setting_default" "disabled" {
  provider = aws.account_default_disabled

  name  = "containerInsights"
  value = "disabled"
}

resource "aws_ecs_cluster" "failed_account_default_disabled" {
  provider = aws.account_default_disabled

  name = "failed-account-default-disabled"
}

resource "aws_ecs_cluster" "passed_enabled_over_a_disabled_account_default" {
  provider = aws.account_default_disabled

  name = "passed-enabled-over-a-disabled-account-default"

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_account_setting_default" "unknown" {
  provider = aws.account_default_unknown

  name  = "containerInsights"
  value = terraform_data.unknown.id
}

resource "aws_ecs_cluster" "unknown_account_default" {
  provider = aws.account_default_unknown

  name = "unknown-account-default"
}

resource "aws_ecs_account_setting_default" "other" {
  provider = aws.other_account_setting

  name  = "awsvpcTrunking"
  value = "enabled"
}

resource "aws_ecs_cluster" "failed_other_account_setting" {
  provider = aws.other_account_setting

  name = "failed-other-account-setting"
}
