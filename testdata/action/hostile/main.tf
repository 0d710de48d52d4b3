# Names that a pull request may bring: none of them is ever run, evaluated or taken for a command of the log.
resource "aws_ecs_cluster" "hostile" {
  for_each = toset([
    "$(touch pwned)",
    "`touch pwned`",
    "'; touch pwned; '",
    "\n::error::pwned",
    "\r\n##[error]pwned",
    "%0A::error::pwned",
    "\n::stop-commands::pwned",
    "</details><script>pwned</script>",
    "]($${{ github.token }})",
  ])
  name = each.key
}

resource "aws_ecs_task_definition" "hostile" {
  family = "hostile"
  container_definitions = jsonencode([
    { name = "$(touch pwned)", image = "nginx", readonlyRootFilesystem = false },
    { name = "\n::error file=pwned::pwned", image = "nginx", user = "::error::pwned" },
  ])
}
