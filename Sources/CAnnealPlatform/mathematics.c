#include "anneal_platform.h"

#include <math.h>

float anneal_exp_float(float x) { return expf(x); }
float anneal_tanh_float(float x) { return tanhf(x); }
double anneal_exp(double x) { return exp(x); }
double anneal_tanh(double x) { return tanh(x); }
double anneal_log(double x) { return log(x); }
double anneal_log1p(double x) { return log1p(x); }
double anneal_log2(double x) { return log2(x); }
double anneal_cos(double x) { return cos(x); }
double anneal_pow(double x, double y) { return pow(x, y); }
