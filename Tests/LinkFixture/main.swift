// The smallest program that uses the library, for the test that looks at what a linked program needs.
import Anneal

let engine = try Engine()
print(try engine.embed("no neural network runs").count)
