# Comments that do not count, and some that are none.

# tfcheck:ignore ECS.5 above a blank line

resource "aws_ecs_task_definition" "app" {
  # tfcheck:ignore ECS.5 above another attribute
  family = "# tfcheck:ignore ECS.5 in a string"
  tags = {
    note = <<-EOT
      # tfcheck:ignore ECS.5 in a heredoc
    EOT
  }
  container_definitions = jsonencode([
    # tfcheck:ignore ECS.5
    { name = "no_reason", image = "nginx" },
    # tfcheck:ignore ECS.5, --
    { name = "no_word", image = "nginx" },
    # tfcheck:ignore because it is fine
    { name = "no_id", image = "nginx" },
    # tfcheck:ignore
    { name = "nothing", image = "nginx" },
    # tfcheck:ignore:ECS.5 not the form
    { name = "colon", image = "nginx" },
    # tfcheck:ignore ECS.55 there is none
    { name = "unknown", image = "nginx" },
    # tfcheck:ignore CKV_AWS_336 of another tool
    { name = "other_tool", image = "nginx" },
    # tfcheck:ignore ECS.5 until=2026-07-31 yesterday
    { name = "expired", image = "nginx" },
    # tfcheck:ignore ECS.5 until=31.12.2030 no ISO date
    { name = "date", image = "nginx" },
    # tfcheck:ignore ECS.5 until=2027-02-29 not in the calendar
    { name = "calendar", image = "nginx" },
    # tfcheck:ignore ECS.5 until=2027-01-01 until=2028-01-01 which?
    { name = "two_dates", image = "nginx" },
    # see tfcheck:ignore ECS.5 for how to do it
    { name = "prose", image = "nginx" },
    # readonlyRootFilesystem = false # tfcheck:ignore ECS.5 commented out
    { name = "commented_out", image = "nginx" },
    # tfcheck:ignore ECS.5, ECS.3, ECS.55 one of three is of use
    { name = "one_of_three", image = "nginx" },
    # tfcheck:ignore ECS.5 it passes
    { name = "passes", image = "nginx", readonlyRootFilesystem = true },
    {
      name  = "inside"
      image = "nginx"
      # tfcheck:ignore ECS.5 before the brace that ends the object, and not above the next one
      }, {
      name  = "next"
      image = "nginx"
    },
    # tfcheck:ignore ECS.4 it did not run, so that nothing is said
    { name = "not_run", image = "nginx" },
  ])
}
