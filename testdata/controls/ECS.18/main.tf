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

# Its id is not known before apply.
resource "terraform_data" "unknown" {}

resource "aws_efs_file_system" "data" {}

resource "terraform_data" "file_systems" {
  input = { data = "fs-0123456789abcdef0" }
}

variable "no_encryption" {
  type    = string
  default = null
}

locals {
  containers   = jsonencode([{ name = "app", image = "nginx:1.27" }])
  file_systems = { data = "fs-0123456789abcdef0", media = "fs-0123456789abcdef1" }
}

resource "aws_ecs_task_definition" "passed_enabled" {
  family                = "passed-enabled"
  container_definitions = local.containers

  volume {
    name = "data"

    efs_volume_configuration {
      file_system_id     = "fs-0123456789abcdef0"
      transit_encryption = "ENABLED"
    }
  }
}

resource "aws_ecs_task_definition" "passed_enabled_on_an_unknown_file_system" {
  family                = "passed-enabled-on-an-unknown-file-system"
  container_definitions = local.containers

  volume {
    name = "data"

    efs_volume_configuration {
      file_system_id     = aws_efs_file_system.data.id
      transit_encryption = "ENABLED"

      authorization_config {
        iam = "ENABLED"
      }
    }
  }
}

resource "aws_ecs_task_definition" "passed_every_volume" {
  family                = "passed-every-volume"
  container_definitions = local.containers

  volume {
    name = "data"

    efs_volume_configuration {
      file_system_id     = "fs-0123456789abcdef0"
      transit_encryption = "ENABLED"
    }
  }

  volume {
    name = "media"

    efs_volume_configuration {
      file_system_id          = "fs-0123456789abcdef1"
      root_directory          = "/media"
      transit_encryption      = "ENABLED"
      transit_encryption_port = 2049
    }
  }
}

resource "aws_ecs_task_definition" "passed_beside_other_volumes" {
  family                = "passed-beside-other-volumes"
  container_definitions = local.containers

  volume {
    name = "data"

    efs_volume_configuration {
      file_system_id     = "fs-0123456789abcdef0"
      transit_encryption = "ENABLED"
    }
  }

  volume {
    name = "scratch"
  }

  volume {
    name      = "logs"
    host_path = "/var/log"
  }
}

resource "aws_ecs_task_definition" "passed_dynamic_volumes" {
  family                = "passed-dynamic-volumes"
  container_definitions = local.containers

  dynamic "volume" {
    for_each = local.file_systems

    content {
      name = volume.key

      efs_volume_configuration {
        file_system_id     = volume.value
        transit_encryption = "ENABLED"
      }
    }
  }
}

resource "aws_ecs_task_definition" "failed_disabled" {
  family                = "failed-disabled"
  container_definitions = local.containers

  volume {
    name = "data"

    efs_volume_configuration {
      file_system_id     = "fs-0123456789abcdef0"
      transit_encryption = "DISABLED"
    }
  }
}

resource "aws_ecs_task_definition" "failed_absent" {
  family                = "failed-absent"
  container_definitions = local.containers

  volume {
    name = "data"

    efs_volume_configuration {
      file_system_id = "fs-0123456789abcdef0"
    }
  }
}

resource "aws_ecs_task_definition" "failed_null_variable" {
  family                = "failed-null-variable"
  container_definitions = local.containers

  volume {
    name = "data"

    efs_volume_configuration {
      file_system_id     = "fs-0123456789abcdef0"
      transit_encryption = var.no_encryption
    }
  }
}

resource "aws_ecs_task_definition" "failed_absent_on_an_unknown_file_system" {
  family                = "failed-absent-on-an-unknown-file-system"
  container_definitions = local.containers

  volume {
    name = "data"

    efs_volume_configuration {
      file_system_id = aws_efs_file_system.data.id
    }
  }
}

resource "aws_ecs_task_definition" "failed_second_volume" {
  family                = "failed-second-volume"
  container_definitions = local.containers

  volume {
    name = "data"

    efs_volume_configuration {
      file_system_id     = "fs-0123456789abcdef0"
      transit_encryption = "ENABLED"
    }
  }

  volume {
    name = "media"

    efs_volume_configuration {
      file_system_id = "fs-0123456789abcdef1"
    }
  }
}

resource "aws_ecs_task_definition" "failed_despite_unknown_sibling" {
  family                = "failed-despite-unknown-sibling"
  container_definitions = local.containers

  volume {
    name = "data"

    efs_volume_configuration {
      file_system_id     = "fs-0123456789abcdef0"
      transit_encryption = terraform_data.unknown.id
    }
  }

  volume {
    name = "media"

    efs_volume_configuration {
      file_system_id     = "fs-0123456789abcdef1"
      transit_encryption = "DISABLED"
    }
  }
}

resource "aws_ecs_task_definition" "failed_dynamic_volumes" {
  family                = "failed-dynamic-volumes"
  container_definitions = local.containers

  dynamic "volume" {
    for_each = local.file_systems

    content {
      name = volume.key

      efs_volume_configuration {
        file_system_id     = volume.value
        transit_encryption = volume.key == "data" ? "ENABLED" : "DISABLED"
      }
    }
  }
}

resource "aws_ecs_task_definition" "unknown_encryption" {
  family                = "unknown-encryption"
  container_definitions = local.containers

  volume {
    name = "data"

    efs_volume_configuration {
      file_system_id     = "fs-0123456789abcdef0"
      transit_encryption = terraform_data.unknown.id
    }
  }
}

resource "aws_ecs_task_definition" "unknown_despite_good_sibling" {
  family                = "unknown-despite-good-sibling"
  container_definitions = local.containers

  volume {
    name = "data"

    efs_volume_configuration {
      file_system_id     = "fs-0123456789abcdef0"
      transit_encryption = "ENABLED"
    }
  }

  volume {
    name = "media"

    efs_volume_configuration {
      file_system_id     = "fs-0123456789abcdef1"
      transit_encryption = terraform_data.unknown.id
    }
  }
}

resource "aws_ecs_task_definition" "unknown_dynamic_volumes" {
  family                = "unknown-dynamic-volumes"
  container_definitions = local.containers

  dynamic "volume" {
    for_each = terraform_data.file_systems.output

    content {
      name = volume.key

      efs_volume_configuration {
        file_system_id = volume.value
      }
    }
  }
}

# One dynamic block over an unknown makes the whole set of volumes unknown.
resource "aws_ecs_task_definition" "unknown_dynamic_volumes_hide_a_bad_one" {
  family                = "unknown-dynamic-volumes-hide-a-bad-one"
  container_definitions = local.containers

  volume {
    name = "media"

    efs_volume_configuration {
      file_system_id     = "fs-0123456789abcdef1"
      transit_encryption = "DISABLED"
    }
  }

  dynamic "volume" {
    for_each = terraform_data.file_systems.output

    content {
      name = volume.key
    }
  }
}

resource "aws_ecs_task_definition" "unknown_dynamic_efs_volume_configuration" {
  family                = "unknown-dynamic-efs-volume-configuration"
  container_definitions = local.containers

  volume {
    name = "data"

    dynamic "efs_volume_configuration" {
      for_each = terraform_data.file_systems.output

      content {
        file_system_id = efs_volume_configuration.value
      }
    }
  }
}

resource "aws_ecs_task_definition" "not_applicable_no_volume" {
  family                = "not-applicable-no-volume"
  container_definitions = local.containers
}

resource "aws_ecs_task_definition" "not_applicable_bind_mount" {
  family                = "not-applicable-bind-mount"
  container_definitions = local.containers

  volume {
    name = "scratch"
  }

  volume {
    name      = "logs"
    host_path = "/var/log"
  }
}

resource "aws_ecs_task_definition" "not_applicable_docker_volume_over_nfs" {
  family                = "not-applicable-docker-volume-over-nfs"
  container_definitions = local.containers

  volume {
    name = "data"

    docker_volume_configuration {
      driver = "local"
      scope  = "shared"

      driver_opts = {
        type   = "nfs"
        device = "fs-0123456789abcdef0.efs.eu-west-1.amazonaws.com:/"
        o      = "addr=fs-0123456789abcdef0.efs.eu-west-1.amazonaws.com,rw"
      }
    }
  }
}

resource "aws_ecs_task_definition" "not_applicable_fsx_volume" {
  family                = "not-applicable-fsx-volume"
  container_definitions = local.containers

  volume {
    name = "data"

    fsx_windows_file_server_volume_configuration {
      file_system_id = "fs-0123456789abcdef0"
      root_directory = "\\data"

      authorization_config {
        credentials_parameter = "arn:aws:ssm:eu-west-1:123456789012:parameter/fsx"
        domain                = "example.com"
      }
    }
  }
}

resource "aws_ecs_task_definition" "not_applicable_s3_files_volume" {
  family                = "not-applicable-s3-files-volume"
  container_definitions = local.containers

  volume {
    name = "data"

    s3files_volume_configuration {
      file_system_arn = "arn:aws:s3files:eu-west-1:123456789012:file-system/fs-0123456789abcdef0"
    }
  }
}

resource "aws_ecs_task_definition" "not_applicable_volume_configured_at_launch" {
  family                = "not-applicable-volume-configured-at-launch"
  container_definitions = local.containers

  volume {
    name                = "data"
    configure_at_launch = true
  }
}
