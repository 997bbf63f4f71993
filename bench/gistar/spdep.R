# Gi* of hexagons as R's spdep computes it: what bench/gistar.ts is measured against.
#   Rscript spdep.R CELLS.csv REACH DRAWS ANSWER.csv
suppressPackageStartupMessages(library(spdep))
given <- commandArgs(TRUE)
cells <- read.csv(given[1])
spent <- function(what) {
	before <- proc.time()
	value <- what()
	list(value = value, wall = (proc.time() - before)[["elapsed"]], cpu = sum((proc.time() - before)[1:2]))
}
# The quickest of spdep's ways here: cell2nb and poly2nb take many times as long.
near <- spent(function() dnearneigh(as.matrix(cells[, c("x", "y")]), 0, as.numeric(given[2])))
star <- nb2listw(include.self(near$value), style = "B")
score <- spent(function() localG(cells$count, star))
drawn <- spent(function() localG_perm(cells$count, star, nsim = as.integer(given[3]), iseed = 1L))
# Version 1.2-7 deals the place's own value, too, when it is a neighbour of itself; held, it is Gi of the others.
held <- localG_perm(cells$count, nb2listw(near$value, style = "B"), nsim = as.integer(given[3]), iseed = 1L)
folded <- attr(held, "internals")[, "Pr(folded) Sim"]
options(digits = 17)
write.csv(data.frame(score = as.numeric(score$value), folded = folded), given[4], row.names = FALSE)
for (part in list(near, score, drawn)) cat(part$wall, part$cpu, "\n")
cat(as.character(packageVersion("spdep")), "\n")
