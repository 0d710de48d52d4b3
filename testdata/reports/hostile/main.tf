# Keys and names that would be commands, markup or ends of something if a report let them.
locals {
  names = toset([
    "$(touch x) `touch y`",
    "::error::injected",
    "a\n::stop-commands::x\r\n##[add-mask]y",
    "100%25, line=1,file=/etc/passwd",
    "a | b \\| c",
    "</code></td></details><!-- <script>alert(1)</script> -->",
    "@octocat closes #1, see GH-2 and https://evil.example www.evil.example",
    "[x](https://evil.example) ![y](//evil.example) **b** __c__ ~~d~~",
    "]]></failure>&lt;&#0;",
    "\u202e\u2028\u001b[31m",
  ])
}

resource "aws_ecs_cluster" "named" {
  for_each = local.names
  name     = each.key
  tags     = { Name = each.key }
  setting {
    name  = "containerInsights"
    value = each.key
  }
}

resource "aws_ecs_task_definition" "contained" {
  family = "contained"
  container_definitions = jsonencode([
    for name in local.names : {
      name = name
      user = "root"
    }
  ])
}
