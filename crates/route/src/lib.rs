//! Gives classified feedback to the team that must act: routes, tasks, kudos, due times.
