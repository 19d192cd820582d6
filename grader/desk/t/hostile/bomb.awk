# More than a submission may be.
BEGIN { for (i = 0; i < 20000; i++) printf "# %098d\n", i }
